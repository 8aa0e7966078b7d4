/** What can be done to the rows of one entity of the ledger in Postgres, each with the loss that has to be found of it. */
import type { LedgerEntity, PlannedChange } from '../measure/ledger-changes.js';
import type { Loss } from '../model/verdict.js';

export type Counts = Pick<Loss, 'lost' | 'phantom' | 'corrupted' | 'resurrected'>;

/** The changes of one entity, oldest first; once refused or unanswered, an entity is not changed again. */
export interface EntityHistory {
  /** The consumer that keys belong to. */
  readonly holder: string;
  readonly changes: readonly (PlannedChange & {
    readonly outcome: 'ok' | 'failed' | 'unknown' | undefined;
  })[];
}

export interface Planting {
  readonly sql: string;
  readonly found: Partial<Counts>;
}

/** Everything that can be planted on the entity; nothing where it is not known what is there. */
export function plantingsOn({ holder, changes }: EntityHistory): readonly Planting[] {
  const [first] = changes;
  const last = changes.at(-1);
  if (!first || !last || changes.some(({ outcome }) => outcome !== 'ok' && outcome !== 'failed')) return [];
  const acknowledged = changes.filter(({ outcome }) => outcome === 'ok');
  const insert = (entity: LedgerEntity) => insertion(entity, holder);
  if (acknowledged.length === 0) return [{ sql: insert(last.entity), found: { phantom: 1 } }];
  const states = acknowledged.filter(({ op }) => op !== 'delete').map(({ entity }) => entity);
  const back = states.map((entity, place) => ({ entity, lost: states.length - 1 - place }));
  if (acknowledged.at(-1)?.op === 'delete') {
    const foreign = foreignTo(last.entity).map((entity) => ({ entity, lost: 0 }));
    return [...back, ...foreign].map(({ entity, lost }) => ({
      sql: insert(entity),
      found: { resurrected: 1, lost },
    }));
  }
  const refused = last.outcome === 'failed' && last.op === 'update' ? [last.entity] : [];
  return [
    { sql: removal(last.entity), found: { lost: states.length } },
    ...back.slice(0, -1).map(({ entity, lost }) => ({ sql: alteration(entity), found: { lost } })),
    ...foreignTo(last.entity).map((entity) => ({ sql: alteration(entity), found: { corrupted: 1 } })),
    ...refused.map((entity) => ({ sql: alteration(entity), found: { phantom: 1 } })),
  ];
}

/** SQL that keeps the rows of a ledger as they are. */
export function saveRows(mark: string): string {
  return tables
    .map(
      ([table, column]) =>
        `drop table if exists saved_${table}; create table saved_${table} as select * from ${table} where ${ownRows(column, mark)}`,
    )
    .join(';');
}

/** SQL that brings the rows of a ledger back to what they were when they were kept. */
export function restoreRows(mark: string): string {
  return tables
    .map(
      ([table, column]) =>
        `delete from ${table} where ${ownRows(column, mark)}; insert into ${table} select * from saved_${table}`,
    )
    .join(';');
}

const tables = [
  ['consumers', 'username'],
  ['keyauth_credentials', 'key'],
] as const;

function ownRows(column: string, mark: string): string {
  return `${column} ~ '^${mark}-(base-)?ledger-'`;
}

/** The entity with a content that nobody wrote; a key has none but its name. */
function foreignTo(entity: LedgerEntity): readonly LedgerEntity[] {
  if (entity.kind === 'key-auths') return [];
  return [{ ...entity, content: { ...entity.content, custom_id: `${entity.key}-nobodys` } }];
}

function insertion({ kind, key, content }: LedgerEntity, holder: string): string {
  const workspace = `(select id from workspaces where name = 'default')`;
  return kind === 'consumers'
    ? `insert into consumers (id, created_at, ws_id, username, custom_id)
       values (gen_random_uuid(), now(), ${workspace}, '${key}', '${customIdOf(content)}')`
    : `insert into keyauth_credentials (id, created_at, ws_id, consumer_id, key)
       values (gen_random_uuid(), now(), ${workspace}, (select id from consumers where username = '${holder}'), '${key}')`;
}

function alteration({ key, content }: LedgerEntity): string {
  return `update consumers set custom_id = '${customIdOf(content)}' where username = '${key}'`;
}

function removal({ kind, key }: LedgerEntity): string {
  return kind === 'consumers'
    ? `delete from consumers where username = '${key}'`
    : `delete from keyauth_credentials where key = '${key}'`;
}

function customIdOf({ custom_id }: LedgerEntity['content']): string {
  if (typeof custom_id !== 'string')
    throw new TypeError('expected a consumer of the ledger to have a custom_id');
  return custom_id;
}
