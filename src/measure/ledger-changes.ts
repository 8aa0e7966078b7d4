/**
 * Which changes the ledger makes, and what each leaves behind. Pure. Consumers and their keys only: writing a route, a
 * service or a plugin would clear Kong's routers, and so cure what is to be measured.
 */
import type { JsonObject } from '../model/entity.js';
import { defaultWorkspace } from '../model/plan.js';

export type ChangeOp = 'create' | 'update' | 'delete';
export type LedgerKind = 'consumers' | 'key-auths';

/** An entity of the ledger, known by its natural key; `content` is what it has or shall have. */
export interface LedgerEntity {
  readonly kind: LedgerKind;
  readonly key: string;
  readonly content: JsonObject;
  readonly workspace: string;
}

export interface PlannedChange {
  readonly op: ChangeOp;
  readonly entity: LedgerEntity;
}

export interface LedgerRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: JsonObject;
}

/** The owner of the ledger's keys, and how its own entities are named. */
export interface LedgerNames {
  readonly mark: string;
  /** Of the default workspace. */
  readonly holder: string;
  /** Consumers are made in each of these in turn. */
  readonly workspaces: readonly string[];
}

/** Ops come round in this order: half of the changes create, the others change what is there. */
const cycle: readonly ChangeOp[] = ['create', 'update', 'create', 'delete'];

/**
 * The change with this number. Updates and deletions take an entity from `settled`, whose last change is known to have been
 * made; every second one takes the oldest, so that entities made before the backup change too. Without one it creates.
 */
export function changeNumber(
  place: number,
  names: LedgerNames,
  settled: readonly LedgerEntity[],
): PlannedChange {
  const wanted = cycle[place % cycle.length] ?? 'create';
  const round = Math.floor(place / cycle.length);
  const candidates = wanted === 'update' ? settled.filter(({ kind }) => kind === 'consumers') : settled;
  const chosen = round % 2 === 0 ? candidates[0] : candidates.at(-1);
  if (wanted === 'create' || !chosen) return { op: 'create', entity: newEntity(place, names) };
  if (wanted === 'delete') return { op: 'delete', entity: chosen };
  const custom_id = `${chosen.key}-v${place}`;
  return { op: 'update', entity: { ...chosen, content: { ...chosen.content, custom_id } } };
}

/** An entity that nobody made before; every third one is a key. */
export function newEntity(place: number, { mark, workspaces }: LedgerNames): LedgerEntity {
  const key = `${mark}-ledger-${place}`;
  if (place % 3 === 2) return { kind: 'key-auths', key, content: { key }, workspace: defaultWorkspace };
  const workspace = workspaces[place % workspaces.length] ?? defaultWorkspace;
  return { kind: 'consumers', key, content: { username: key, custom_id: `${key}-v0` }, workspace };
}

/** The request of the Admin API that makes the change. */
export function requestFor({ op, entity }: PlannedChange, names: LedgerNames): LedgerRequest {
  if (op === 'create')
    return {
      method: 'POST',
      path: collectionOf(entity, names),
      body: { ...entity.content, tags: [names.mark] },
    };
  const path = pathOf(entity, names);
  return op === 'delete' ? { method: 'DELETE', path } : { method: 'PATCH', path, body: entity.content };
}

/** The same change told whole, so that it can be made again, whatever is there. */
export function rerunnableRequestFor({ op, entity }: PlannedChange, names: LedgerNames): LedgerRequest {
  const path = pathOf(entity, names);
  if (op === 'delete') return { method: 'DELETE', path };
  return { method: 'PUT', path, body: { ...entity.content, tags: [names.mark] } };
}

/** Makes the owner of the ledger's keys. */
export function ownerRequest({ mark, holder }: LedgerNames): LedgerRequest {
  return { method: 'PUT', path: `/consumers/${holder}`, body: { username: holder, tags: [mark] } };
}

/** Where an entity is read back. */
export function pathOf(entity: LedgerEntity, names: LedgerNames): string {
  return `${collectionOf(entity, names)}/${entity.key}`;
}

/** The content in one canonical text: the fields that the ledger sets, in the order of their names. */
export function contentText(kind: LedgerKind, fields: JsonObject): string {
  const own = kind === 'consumers' ? ['custom_id', 'username'] : ['key'];
  return JSON.stringify(own.map((field) => [field, fields[field] ?? null]));
}

function collectionOf({ kind, workspace }: LedgerEntity, { holder }: LedgerNames): string {
  if (kind === 'key-auths') return `/consumers/${holder}/key-auth`;
  return workspace === defaultWorkspace ? '/consumers' : `/${encodeURIComponent(workspace)}/consumers`;
}
