/** decK files refer by name or by id, as a text or in an object; a snapshot refers by id. */
import { isObject } from '../model/entity.js';
import type { Json, JsonObject } from '../model/entity.js';
import type { Kind } from './kind.js';

/** An entity of a decK file, with an id, its own or made up. */
export interface Raw {
  readonly kind: Kind;
  readonly workspace: string;
  readonly fields: JsonObject;
}

/** What an entity may be called by, besides its id. */
const names = ['name', 'username', 'custom_id', 'instance_name'];

/** The same entities with each reference as `{ id }`; one that leads nowhere keeps what it says. */
export function resolveNames(entities: readonly Raw[]): Raw[] {
  const ids = new Map<string, string>();
  for (const { kind, workspace, fields } of entities) {
    for (const name of names) {
      const value = fields[name];
      const place = `${kind.name} ${workspace} ${typeof value === 'string' ? value : ''}`;
      if (typeof value === 'string' && typeof fields.id === 'string' && !ids.has(place))
        ids.set(place, fields.id);
    }
  }
  return entities.map((entity) => {
    const { kind, workspace, fields } = entity;
    const resolved = Object.entries({ ...kind.references, ...kind.parents }).flatMap(([field, target]) => {
      const called = calledIn(fields[field]);
      return called === undefined
        ? []
        : [[field, { id: ids.get(`${target} ${workspace} ${called}`) ?? called }]];
    });
    return { ...entity, fields: { ...fields, ...(Object.fromEntries(resolved) as JsonObject) } };
  });
}

/** The name or id in a reference. */
function calledIn(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (!isObject(value)) return undefined;
  const called = [value.id, ...names.map((name) => value[name])].find((each) => typeof each === 'string');
  return typeof called === 'string' ? called : undefined;
}
