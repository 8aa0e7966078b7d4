/** Differences as a person reads them: entities by name, references by what they point to, secrets not at all. */
import type { Entity, Json } from '../model/entity.js';
import type { Difference } from '../model/journal.js';
import type { FieldChange } from './diff-fields.js';
import { idIn } from './diff-sides.js';
import type { Side } from './diff-sides.js';
import { canonicalJson, isList } from './json.js';
import { targetOf } from './kind.js';
import type { Kind } from './kind.js';
import { kindNamed } from './kinds.js';

const textLimit = 160;

export function inWords(
  change: Difference['change'],
  entity: Entity,
  side: Side,
  fields?: Difference['fields'],
): Difference {
  return {
    change,
    kind: entity.kind,
    entity: labelOf(entity, side),
    id: entity.id,
    ...(entity.workspace === '' ? {} : { workspace: entity.workspace }),
    ...(fields === undefined ? {} : { fields }),
  };
}

export function fieldInWords(
  { field, before, after }: FieldChange,
  kind: Kind,
  sides: { readonly before: Side; readonly after: Side },
): NonNullable<Difference['fields']>[number] {
  const target = targetOf(field, kind);
  return {
    field,
    before: valueInWords(before, sides.before, target),
    after: valueInWords(after, sides.after, target),
  };
}

/** What a person would call the entity: `shop`, `10.0.0.1:80, upstream shop`, `rate-limiting, service shop`. */
export function labelOf(entity: Entity, side: Side): string {
  const kind = kindNamed(entity.kind);
  const key = kind.keys.find(([lead]) => lead !== undefined && entity.fields[lead] !== undefined) ?? [];
  const [lead = ''] = key;
  if (isUnreadable(entity.fields[lead])) return entity.id;
  const named = [...key, ...(isSecret(entity.fields[lead]) ? Object.keys(kind.parents) : [])];
  const words = named
    .filter((field) => entity.fields[field] !== undefined)
    .map((field) => {
      const target = targetOf(field, kind);
      const text = valueInWords(entity.fields[field], side, target);
      return field === lead && target === undefined ? text : `${field.replaceAll('_', ' ')} ${text}`;
    });
  return words.length === 0 ? entity.id : shortened(words.join(', '));
}

function valueInWords(value: Json | undefined, side: Side, target: string | undefined): string {
  if (value === undefined) return 'absent';
  if (target !== undefined) {
    if (isList(value)) return value.map((item) => valueInWords(item, side, target)).join(', ');
    const id = idIn(value) ?? (typeof value === 'string' ? value : undefined);
    const pointed = id === undefined ? undefined : side.ids(target).get(id);
    if (pointed !== undefined) return labelOf(pointed, side);
    if (id !== undefined) return `${id} (not there)`;
  }
  return shortened(hidden(typeof value === 'string' ? value : canonicalJson(value)));
}

/** The end of the digest tells secrets apart well enough. */
function hidden(text: string): string {
  return text.replaceAll(/hmac:[0-9a-f]{8}:[0-9a-f]{56}([0-9a-f]{8})/g, 'secret …$1');
}

function isSecret(value: Json | undefined): boolean {
  return typeof value === 'string' && value.startsWith('hmac:');
}

function isUnreadable(value: Json | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.startsWith('-----BEGIN'));
}

function shortened(text: string): string {
  return text.length <= textLimit ? text : `${text.slice(0, textLimit - 1)}…`;
}
