/** Made-up configurations of Kong, and edits of them whose effect is known. */
import fc from 'fast-check';
import type { Entity, Json, Snapshot } from '../model/entity.js';

export interface Configuration {
  readonly entities: readonly Entity[];
}

/** Kind → how many of it, and the parents that each is given. */
interface Shape {
  readonly kind: string;
  readonly most: number;
  readonly parents: Readonly<Record<string, string>>;
  /** Whether it may do without its parents. */
  readonly free: boolean;
  readonly fields: (n: number) => Record<string, Json>;
}

const shapes: readonly Shape[] = [
  shape('certificates', 3, {}, (n) => ({ cert: `certificate ${n}`, key: secret(n) })),
  shape('consumers', 5, {}, (n) => (n % 3 === 0 ? { custom_id: `c-${n}` } : { username: `user-${n}` })),
  shape('snis', 3, { certificate: 'certificates' }, (n) => ({ name: `sni-${n}.test` })),
  shape('services', 5, {}, (n) => ({
    ...(n % 4 === 0 ? {} : { name: `service-${n}` }),
    host: `host-${n}.test`,
    port: 80,
    protocol: 'http',
    retries: n % 7,
  })),
  shape('upstreams', 3, {}, (n) => ({
    name: `upstream-${n}`,
    slots: 1000,
    healthchecks: { active: { timeout: n } },
  })),
  shape('targets', 5, { upstream: 'upstreams' }, (n) => ({ target: `10.0.0.${n}:80`, weight: n })),
  { ...shape('routes', 7, { service: 'services' }, routeFields), free: true },
  shape('key-auth', 4, { consumer: 'consumers' }, (n) => ({ key: secret(n) })),
  shape('basic-auth', 3, { consumer: 'consumers' }, (n) => ({ username: `basic-${n}`, password: secret(n) })),
  shape('acls', 5, { consumer: 'consumers' }, (n) => ({ group: `group-${n}` })),
  {
    ...shape('plugins', 7, { service: 'services', route: 'routes', consumer: 'consumers' }, (n) => ({
      name: `plugin-${n}`,
      config: { minute: n, redis: { host: 'r', port: 1 } },
      enabled: true,
    })),
    free: true,
  },
  { ...shape('my-things', 3, {}, (n) => ({ anything: { n } })), free: true },
];

/** A configuration in which each natural key occurs once. */
export const configurations: fc.Arbitrary<Configuration> = fc
  .tuple(
    ...shapes.map(({ most }) =>
      fc.array(fc.array(fc.nat(1000), { minLength: 4, maxLength: 4 }), { maxLength: most }),
    ),
  )
  .map((picks) => ({ entities: build(picks) }));

/** Every natural key or parent that an edit can give is one that nothing else has. */
export type Op = 'change' | 'rename' | 'delete' | 'add' | 'duplicate' | 're-parent';
export interface Edit {
  readonly op: Op;
  readonly pick: number;
}

export const edits = (ops: readonly Op[]): fc.Arbitrary<readonly Edit[]> =>
  fc.array(fc.record({ op: fc.constantFrom(...ops), pick: fc.nat(10_000) }), { maxLength: 12 });

export interface Expected {
  readonly missing: Set<string>;
  readonly extra: Set<string>;
  readonly duplicated: Set<string>;
  readonly reParented: Set<string>;
  /** id → the fields. */
  readonly changed: Map<string, readonly string[]>;
}

/** Applies edits, each to an entity that no other edit has touched, and says what a comparison has to find. */
export function applyEdits(
  { entities }: Configuration,
  list: readonly Edit[],
): { after: Entity[]; expected: Expected } {
  const expected: Expected = {
    missing: new Set(),
    extra: new Set(),
    duplicated: new Set(),
    reParented: new Set(),
    changed: new Map(),
  };
  const after = new Map(entities.map((entity) => [entity.id, entity]));
  const touched = new Set<string>();
  list.forEach(({ op, pick }, index) => {
    const candidates = entities.filter(({ id }) => !touched.has(id) && after.has(id));
    const entity = candidates[pick % Math.max(1, candidates.length)];
    if (entity !== undefined) edit[op]({ entity, entities, after, touched, expected, serial: 500 + index });
  });
  return { after: [...after.values()], expected };
}

export function snapshotOf(entities: readonly Entity[], more: Partial<Snapshot> = {}): Snapshot {
  return { source: 'database', takenAtS: 1_000, secretKeyId: 'k', entities, unread: [], ...more };
}

/** The same configuration with other ids, as a path that makes entities anew gives it. */
export function withOtherIds(entities: readonly Entity[]): Entity[] {
  const anew = (id: string): string => (/^[0-9a-f-]{36}$/.test(id) ? `ffffffff${id.slice(8)}` : id);
  const inside = (value: Json): Json => {
    if (typeof value !== 'object' || value === null || !('id' in value)) return value;
    return typeof value.id === 'string' ? { id: anew(value.id) } : value;
  };
  return entities.map((entity) => ({
    ...entity,
    id: anew(entity.id),
    fields: Object.fromEntries(Object.entries(entity.fields).map(([name, value]) => [name, inside(value)])),
  }));
}

interface Editing {
  readonly entity: Entity;
  readonly entities: readonly Entity[];
  readonly after: Map<string, Entity>;
  readonly touched: Set<string>;
  readonly expected: Expected;
  /** A number that no other entity or edit has. */
  readonly serial: number;
}

/** The field that a person knows an entity of the kind by. */
const nameFields: Readonly<Record<string, string>> = {
  services: 'name',
  routes: 'name',
  upstreams: 'name',
  consumers: 'username',
  snis: 'name',
  targets: 'target',
  'basic-auth': 'username',
  acls: 'group',
};

const edit: Readonly<Record<Op, (editing: Editing) => void>> = {
  change: ({ entity, after, touched, expected, serial }) => {
    const nested = 'config' in entity.fields;
    const config = nested ? { config: { minute: serial, redis: { host: 'other', port: 1 } } } : {};
    after.set(entity.id, { ...entity, fields: { ...entity.fields, tags: [`tag-${serial}`], ...config } });
    touched.add(entity.id);
    expected.changed.set(entity.id, [...(nested ? ['config.minute', 'config.redis.host'] : []), 'tags']);
  },
  rename: ({ entity, after, touched, expected, serial }) => {
    const field = nameFields[entity.kind];
    if (field === undefined || entity.fields[field] === undefined) return;
    after.set(entity.id, { ...entity, fields: { ...entity.fields, [field]: `renamed-${serial}` } });
    touched.add(entity.id);
    expected.changed.set(entity.id, [field]);
  },
  delete: ({ entity, after, touched, expected }) => {
    const gone = withDependents(entity, [...after.values()]);
    if (gone.some(({ id }) => touched.has(id))) return;
    for (const { id } of gone) {
      after.delete(id);
      touched.add(id);
      expected.missing.add(id);
    }
    touched.add(entity.id);
  },
  add: ({ entity, after, touched, expected, serial }) => {
    const shapeOf = shapes.find(({ kind }) => kind === entity.kind);
    if (shapeOf === undefined) return;
    const parents = Object.fromEntries(
      Object.keys(shapeOf.parents).flatMap((field) => {
        const parent = entity.fields[field];
        return parent === undefined ? [] : [[field, parent]];
      }),
    );
    const added = { ...entity, id: uuid(serial), fields: { ...shapeOf.fields(serial), ...parents } };
    after.set(added.id, added);
    // Whatever the new one belongs to has to stay.
    for (const id of parentsOf(added)) touched.add(id);
    expected.extra.add(added.id);
  },
  duplicate: ({ entity, after, touched, expected, serial }) => {
    if (entity.kind === 'my-things') return;
    const copy = { ...entity, id: uuid(serial) };
    after.set(copy.id, copy);
    touched.add(entity.id);
    for (const id of parentsOf(copy)) touched.add(id);
    expected.duplicated.add(copy.id);
  },
  're-parent': ({ entity, entities, after, touched, expected }) => {
    const [field, kind] =
      Object.entries(shapes.find((each) => each.kind === entity.kind)?.parents ?? {})[0] ?? [];
    if (field === undefined) return;
    const from = parentsOf({ ...entity, fields: { [field]: entity.fields[field] ?? null } })[0];
    const to = entities.find(
      (each) => each.kind === kind && each.id !== from && !touched.has(each.id) && after.has(each.id),
    );
    if (to === undefined) return;
    after.set(entity.id, { ...entity, fields: { ...entity.fields, [field]: { id: to.id } } });
    touched.add(entity.id);
    touched.add(to.id);
    expected.reParented.add(entity.id);
  },
};

function build(picks: readonly (readonly number[])[][]): Entity[] {
  const byKind = new Map<string, Entity[]>();
  let serial = 0;
  shapes.forEach(({ kind, parents, free, fields }, at) => {
    for (const choice of picks[at] ?? []) {
      serial += 1;
      const links = Object.entries(parents).map(([field, parent], index): [string, Json] | undefined => {
        const others = byKind.get(parent) ?? [];
        const chosen = (choice[index] ?? 0) % (others.length + (free ? 1 : 0) || 1);
        const other = others[chosen];
        return other === undefined ? undefined : [field, { id: other.id }];
      });
      if (!free && links.includes(undefined)) continue;
      const entity: Entity = {
        kind,
        id: uuid(serial),
        workspace: (choice[3] ?? 0) % 4 === 0 ? 'other' : 'default',
        fields: {
          ...fields(serial),
          ...Object.fromEntries(links.filter((link) => link !== undefined)),
          created_at: serial,
        },
      };
      byKind.set(kind, [...(byKind.get(kind) ?? []), entity]);
    }
  });
  return [...byKind.values()].flat();
}

function shape(
  kind: string,
  most: number,
  parents: Readonly<Record<string, string>>,
  fields: Shape['fields'],
): Shape {
  return { kind, most, parents, free: false, fields };
}

function routeFields(n: number): Record<string, Json> {
  const name: Record<string, Json> = n % 4 === 0 ? {} : { name: `route-${n}` };
  return { ...name, paths: [`/path-${n}`], protocols: ['http', 'https'], strip_path: n % 2 === 0 };
}

function withDependents(entity: Entity, entities: readonly Entity[]): Entity[] {
  const below = entities.filter((other) => parentsOf(other).includes(entity.id));
  return [...new Set([entity, ...below.flatMap((each) => withDependents(each, entities))])];
}

function parentsOf({ fields }: Entity): string[] {
  return Object.values(fields).flatMap((value) =>
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
      ? [value.id]
      : [],
  );
}

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

function secret(n: number): string {
  return `hmac:0000000k:${String(n).padStart(64, '0')}`;
}
