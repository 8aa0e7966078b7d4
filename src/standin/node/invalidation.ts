import type { Written } from '../entities/entities.js';
import { cacheKey, keyOf } from '../entities/store.js';
import type { JsonObject } from '../json.js';
import { idOf, text } from '../json.js';

export const routerVersion = 'router:version';
export const pluginsVersion = 'plugins_iterator:version';
export const balancerVersion = 'balancer:version';

/**
 * What a write makes the workers forget. Not everything one would expect: a consumer or a plugin
 * does not rebuild the router, and a service only when it is changed, since a new one has no routes.
 */
export function forgottenAfter({ kind, operation, entity, old }: Written, workspace: string): string[] {
  const versions = [entity, ...(old ? [old] : [])];
  const keys = versions.flatMap((version) => [
    cacheKey(kind, version, workspace),
    ...more(kind.name, version, workspace),
  ]);
  if (kind.name === 'routes' || (kind.name === 'services' && operation === 'update'))
    keys.push(routerVersion);
  if (kind.name === 'plugins') keys.push(pluginsVersion);
  return [...new Set(keys)];
}

function more(kind: string, entity: JsonObject, workspace: string): string[] {
  switch (kind) {
    case 'consumers':
      return [keyOf('consumers', [text(entity.username)], workspace)];
    case 'acls':
      return [keyOf('acls', [idOf(entity.consumer) ?? ''], workspace)];
    case 'upstreams':
    case 'targets':
      return [balancerVersion];
    case 'snis':
      return [`snis:${text(entity.name)}`];
    default:
      return [];
  }
}
