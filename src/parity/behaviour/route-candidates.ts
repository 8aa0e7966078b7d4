/** Routes of a configuration that could be probed all through a recovery. */
import type { JsonObject } from '../../model/entity.js';
import type { RouteCandidates, StateRoute } from '../../model/probed-route.js';
import type { AdminApi } from '../../system/admin-api.js';
import { loginKinds } from './request.js';
import { addressOf, effectiveConfig } from './routes.js';
import { idIn, readState, text, texts } from './state.js';
import type { State } from './state.js';

export interface CandidateSource {
  readonly admin: AdminApi;
  /** The runner's own entities. */
  readonly exclude: (entity: JsonObject) => boolean;
  readonly signal: AbortSignal;
}

/** Of the default workspace. @throws where the Admin API cannot be read. */
export async function routeCandidates({ admin, exclude, signal }: CandidateSource): Promise<RouteCandidates> {
  return candidatesIn(await readState(admin, signal), exclude);
}

/** Pure. */
export function candidatesIn(state: State, exclude: CandidateSource['exclude']): RouteCandidates {
  const routes = state.routes.filter((route) => !exclude(route));
  const open = routes.filter((route) => guardsOf(route, state).length === 0);
  const keyed = routes.filter((route) => guardsOf(route, state).join() === 'key-auth');
  return {
    open: open.flatMap((route) => askable(route, {}, state)),
    keyed: keyed.flatMap((route) => {
      const config = effectiveConfig(route, 'key-auth', state) ?? {};
      if (config.key_in_header === false) return [];
      return askable(route, { keyHeader: texts(config.key_names)[0] ?? 'apikey' }, state);
    }),
    keys: keysIn(state, exclude),
  };
}

/** What answers otherwise when it is asked often. */
const countsOrKeeps = /rate-?limiting|proxy-cache/;

function guardsOf(route: JsonObject, state: State): readonly string[] {
  return [...loginKinds, 'acl'].filter((name) => effectiveConfig(route, name, state) !== undefined);
}

function askable(
  route: JsonObject,
  more: Pick<StateRoute, 'keyHeader'>,
  state: State,
): readonly StateRoute[] {
  const address = addressOf(route);
  if ('reason' in address || address.scheme !== 'http' || address.method !== 'GET') return [];
  const plugins = new Set(state.plugins.map(({ name }) => text(name)));
  const isCounted = [...plugins].some(
    (name) => countsOrKeeps.test(name) && effectiveConfig(route, name, state) !== undefined,
  );
  if (isCounted) return [];
  const name = text(route.name) || address.path;
  return [{ name, path: address.path, headers: { ...address.headers, host: address.host }, ...more }];
}

/** Not of a consumer whose requests are counted. */
function keysIn(state: State, exclude: CandidateSource['exclude']): readonly string[] {
  const counted = new Set(
    state.plugins
      .filter(({ name }) => countsOrKeeps.test(text(name)))
      .map(({ consumer = null }) => idIn(consumer)),
  );
  const own = new Set(state.consumers.filter(exclude).map(({ id = null }) => text(id)));
  return state['key-auth']
    .filter((credential) => !exclude(credential) && typeof credential.ttl !== 'number')
    .filter(({ consumer = null }) => {
      const id = idIn(consumer);
      return id !== undefined && !own.has(id) && !counted.has(id);
    })
    .map(({ key = null }) => text(key));
}
