/**
 * Reads all that the Admin API shows.
 *
 *   workspaces → endpoints → for each: collections (several at once, page by page) → what lies below them (targets, memberships)
 *             → collections that no row of the table names
 */
import { DrillError, messageOf } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { JsonObject, Snapshot } from '../model/entity.js';
import { AdminRefused } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { canonicalEntity } from './canonical.js';
import { groupBy } from './group.js';
import { isList } from './json.js';
import { genericKind } from './kind.js';
import type { AdminAccess, Kind } from './kind.js';
import { kindNamed, kinds } from './kinds.js';
import { beginReading, finishReading, isWanted } from './snapshot.js';
import type { Reading, ReadOptions } from './snapshot.js';

/**
 * A snapshot through the Admin API. A kind that answers 404 is not offered and so has no entities; one that fails in any other
 * way is `unread`, with the reason.
 * @throws the signal's reason.
 */
export async function readThroughAdmin(admin: AdminApi, options: ReadOptions): Promise<Snapshot> {
  const { default: pLimit } = await import('p-limit');
  const reading = beginReading(options);
  const limit = pLimit(options.concurrency ?? 8);
  const reader: Reader = { admin, options, reading, limited: (task) => limit(task) };
  const workspaces = await workspacesOf(reader);
  if (workspaces === undefined) return finishReading('admin-api', reading);
  const endpoints = await Promise.all(workspaces.map((workspace) => endpointsOf(workspace, reader)));
  const rows = offered(options, workspaces[0] === onlyWorkspace ? endpoints[0] : undefined);
  const shared = rows.filter((kind) => kind.global && kind.name !== 'workspaces');
  const others = rows.filter((kind) => !kind.global);
  await Promise.all([
    readKinds(shared, { workspace: '', prefix: '' }, reader),
    ...workspaces.map(async (workspace, index) => {
      await readKinds(others, workspace, reader);
      await readUnknown(endpoints[index] ?? [], workspace, reader);
    }),
  ]);
  options.signal?.throwIfAborted();
  return finishReading('admin-api', reading);
}

interface Reader {
  readonly admin: AdminApi;
  readonly options: ReadOptions;
  readonly reading: Reading;
  readonly limited: <T>(task: () => Promise<T>) => Promise<T>;
}

interface Workspace {
  readonly workspace: string;
  /** What its paths begin with; nothing where the Admin API knows no workspaces. */
  readonly prefix: string;
}

const onlyWorkspace: Workspace = { workspace: 'default', prefix: '' };

/** What Enterprise alone has is not asked of a Kong without workspaces that lists its endpoints, and that kind not among them. */
function offered(options: ReadOptions, endpoints: readonly string[] = []): Kind[] {
  const isAbsent = ({ edition, admin }: Kind): boolean =>
    edition === 'enterprise' &&
    endpoints.length > 0 &&
    admin?.how === 'collection' &&
    !endpoints.includes(admin.path);
  return kinds.filter((kind) => kind.admin !== undefined && isWanted(kind, options) && !isAbsent(kind));
}

/**
 * @returns `undefined` where there is no answer at all.
 * @throws DrillError `usage` where one that was asked for is not there: its collections would look empty.
 */
async function workspacesOf(reader: Reader): Promise<readonly Workspace[] | undefined> {
  const { admin, reading, options } = reader;
  const offer = await admin
    .call('GET', '/workspaces?size=1', undefined, callOptions(reader))
    .catch((error: unknown) => messageOf(error));
  options.signal?.throwIfAborted();
  if (typeof offer === 'string') {
    reading.unread.push(...offered(options).map(({ name }) => ({ kind: name, reason: offer })));
    return undefined;
  }
  if (offer.status !== 404)
    await readCollection('/workspaces', kindNamed('workspaces'), onlyWorkspace, reader);
  const names = reading.entities.map(({ fields }) => fields.name).filter((name) => typeof name === 'string');
  const wanted = options.workspaces;
  const isListed = names.length > 0 || offer.status === 404;
  if (wanted !== undefined && isListed) refuseAbsent(wanted, names.length > 0 ? names : ['default']);
  if (names.length > 0) return (wanted ?? names).map(workspaceNamed);
  // Whoever may not list the workspaces may still read those that it knows.
  return wanted !== undefined && !isListed ? wanted.map(workspaceNamed) : [onlyWorkspace];
}

function workspaceNamed(name: string): Workspace {
  return { workspace: name, prefix: `/${encodeURIComponent(name)}` };
}

function refuseAbsent(wanted: readonly string[], names: readonly string[]): void {
  const absent = wanted.find((name) => !names.includes(name));
  if (absent === undefined) return;
  throw new DrillError(
    'usage',
    `expected a workspace ${JSON.stringify(absent)}, got ${names.join(', ')}`,
    'name one of these',
  );
}

async function readKinds(rows: readonly Kind[], workspace: Workspace, reader: Reader): Promise<void> {
  const below = groupBy(
    rows.filter(({ admin }) => admin !== undefined && admin.how !== 'collection'),
    ({ admin }) => (admin && admin.how !== 'collection' ? admin.under : ''),
  );
  await Promise.all(
    rows.map(async (row) => {
      if (row.admin?.how !== 'collection') return;
      const ids = await readCollection(row.admin.path, row, workspace, reader);
      const children = below.get(row.name) ?? [];
      const failed = reader.reading.unread.find(({ kind }) => kind === row.name);
      if (failed) for (const child of children) unread(child, `${row.name}: ${failed.reason}`, reader);
      else await Promise.all(children.map((child) => readBelow(child, ids, workspace, reader)));
    }),
  );
}

/** @returns the ids of what was read. */
async function readCollection(path: string, row: Kind, where: Workspace, reader: Reader): Promise<string[]> {
  return await attempt(row, reader, () =>
    reader.limited(async () => {
      const ids: string[] = [];
      for await (const page of reader.admin.list(`${where.prefix}${path}`, callOptions(reader))) {
        for (const raw of page) ids.push(keep(raw, row, where, reader));
      }
      return ids;
    }),
  );
}

type Below = Exclude<AdminAccess, { how: 'collection' }>;

async function readBelow(row: Kind, ids: readonly string[], where: Workspace, reader: Reader): Promise<void> {
  const access = row.admin as Below;
  await Promise.all(
    ids.map((id) => {
      const path = `${access.below}/${id}/${access.path}`;
      return access.how === 'nested'
        ? readCollection(path, row, where, reader)
        : readMembers(path, row, { ...where, owner: id }, reader);
    }),
  );
}

/** What is below is a relation: the entities at its other end, without an id of its own. */
async function readMembers(
  path: string,
  row: Kind,
  where: Workspace & { readonly owner: string },
  reader: Reader,
): Promise<void> {
  const access = row.admin as Extract<AdminAccess, { how: 'members' }>;
  await attempt(row, reader, () =>
    reader.limited(async () => {
      const answer = await reader.admin.call('GET', `${where.prefix}${path}`, undefined, callOptions(reader));
      if (!answer.ok || !isObject(answer.body)) throw new AdminRefused(path, answer);
      const members = answer.body[access.path] ?? answer.body.data;
      for (const member of isList(members) ? members.filter(isObject) : []) {
        const relation = { [access.field]: { id: where.owner }, [access.member]: { id: member.id ?? '' } };
        keep(relation, row, where, reader);
      }
      return [];
    }),
  );
}

/** Collections that Kong lists among its endpoints and that no row names: those of plugins of one's own, or of a newer Kong. */
async function readUnknown(endpoints: readonly string[], where: Workspace, reader: Reader): Promise<void> {
  const known = new Set(kinds.flatMap(({ admin }) => (admin?.how === 'collection' ? [admin.path] : [])));
  const unknown = endpoints.filter(
    (path) =>
      /^\/[a-z0-9_-]+$/.test(path) &&
      !known.has(path) &&
      !notCollections.has(path) &&
      endpoints.some((other) => other.startsWith(`${path}/{`)),
  );
  await Promise.all(
    unknown.map((path) =>
      readCollection(path, genericKind(path.slice(1).replaceAll('-', '_')), where, reader),
    ),
  );
}

/** Endpoints with something below them that hold no entities. */
const notCollections = new Set([
  '/cache',
  '/proxy-cache',
  '/targets',
  '/schemas',
  '/debug',
  '/config',
  '/status',
]);

/** What Kong lists; none where it lists nothing. */
function endpointsOf({ prefix }: Workspace, reader: Reader): Promise<string[]> {
  return attempt(genericKind('other collections'), reader, async () => {
    const answer = await reader.admin.call('GET', `${prefix}/endpoints`, undefined, callOptions(reader));
    if (answer.status === 404) return [];
    if (!isObject(answer.body) || !isList(answer.body.data)) throw new AdminRefused('/endpoints', answer);
    return answer.body.data.filter((path) => typeof path === 'string');
  });
}

/** Not offered: nothing there. Anything else that fails: unread. */
async function attempt(row: Kind, reader: Reader, read: () => Promise<string[]>): Promise<string[]> {
  const { options } = reader;
  try {
    return await read();
  } catch (error) {
    options.signal?.throwIfAborted();
    const absent = error instanceof AdminRefused && isNotOffered(error);
    if (!absent) unread(row, messageOf(error), reader);
    return [];
  }
}

/** The first reason is kept. */
function unread({ name }: Kind, reason: string, { reading }: Reader): void {
  if (!reading.unread.some(({ kind }) => kind === name)) reading.unread.push({ kind: name, reason });
}

/** Kong answers 400 for filter chains where WebAssembly is off: then it has none, and takes none. */
function isNotOffered({ status, message }: AdminRefused): boolean {
  return (
    status === 404 ||
    status === 405 ||
    (status === 400 && message.includes('only available when wasm is enabled'))
  );
}

/** Kong tells how long an entity still lives: that counts from when it was told, however long ago the reading began. */
function keep(raw: JsonObject, row: Kind, { workspace }: Workspace, { reading, options }: Reader): string {
  const context = row.expires
    ? { ...reading.canonical, nowS: options.clock.utc().getTime() / 1_000 }
    : reading.canonical;
  const entity = canonicalEntity(raw, row, workspace, context);
  reading.entities.push(entity);
  return entity.id;
}

function callOptions({ options }: Pick<Reader, 'options'>): { signal?: AbortSignal } {
  return options.signal ? { signal: options.signal } : {};
}
