/** For each route a request that it matches. */
import { isObject } from '../../model/entity.js';
import type { JsonObject } from '../../model/entity.js';
import type { Address } from './request.js';
import { sampleOf } from './sample-regex.js';
import { idIn, text, texts } from './state.js';
import type { State } from './state.js';

/** A host that belongs to nobody, for routes that take any. */
const anyHost = 'kong-drill.invalid';

/** @returns why no request is sure to match, where none is. */
export function addressOf(route: JsonObject): Address | { readonly reason: string } {
  const reason = whyNot(route);
  const path = samplePath(texts(route.paths)[0] ?? '/');
  const headers = sampleHeaders(route.headers);
  if (reason !== undefined) return { reason };
  if (path === undefined) return { reason: `no sample for the path ${texts(route.paths)[0] ?? ''}` };
  if (headers === undefined) return { reason: 'no sample for its headers' };
  const [sni] = texts(route.snis);
  const host = sampleHost(texts(route.hosts)[0] ?? sni ?? anyHost);
  const scheme = sni === undefined && texts(route.protocols).includes('http') ? 'http' : 'https';
  const serverName = sampleHost(sni ?? host.replace(/:\d+$/, ''));
  const method = methodOf(texts(route.methods));
  return { scheme, method, host, path, headers, ...(scheme === 'https' ? { serverName } : {}) };
}

function whyNot({ protocols, sources, destinations, expression }: JsonObject): string | undefined {
  const spoken = texts(protocols);
  if (!spoken.includes('http') && !spoken.includes('https')) return `${spoken.join(', ')} is not asked`;
  if (isGiven(sources) || isGiven(destinations)) return 'it depends on the address of the caller';
  return typeof expression === 'string' ? 'it matches by an expression' : undefined;
}

/** A wildcard's sample: `*.example.com` → `kong-drill.example.com`. */
export function sampleHost(host: string): string {
  return host.replace('*', 'kong-drill');
}

/** The settings of the plugin of that name which a route runs into for any caller: the closest one counts. */
export function effectiveConfig(route: JsonObject, plugin: string, state: State): JsonObject | undefined {
  const service = idIn(route.service);
  const found = state.plugins
    .filter(({ name, enabled, consumer }) => name === plugin && enabled !== false && !isObject(consumer))
    .filter((each) => isFor(each.route, text(route.id)) && isFor(each.service, service))
    .sort((a, b) => closeness(b) - closeness(a))[0];
  return found === undefined ? undefined : isObject(found.config) ? found.config : {};
}

function isFor(scope: JsonObject[string] | undefined, id: string | undefined): boolean {
  const wanted = idIn(scope);
  return wanted === undefined || wanted === id;
}

function closeness({ route, service }: JsonObject): number {
  return (idIn(route) === undefined ? 0 : 2) + (idIn(service) === undefined ? 0 : 1);
}

function isGiven(value: JsonObject[string] | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function samplePath(path: string): string | undefined {
  if (!path.startsWith('~')) return escaped(path);
  const sample = sampleOf(path.slice(1));
  return sample?.startsWith('/') ? escaped(sample) : undefined;
}

/** What cannot stand in a request line; what is escaped already stays. */
function escaped(path: string): string {
  return path.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
}

function sampleHeaders(headers: JsonObject[string] | undefined): Record<string, string> | undefined {
  const samples: Record<string, string> = {};
  for (const [name, values] of Object.entries(isObject(headers) ? headers : {})) {
    const [first = ''] = texts(values);
    const sample = first.startsWith('~*') ? sampleOf(first.slice(2)) : first;
    if (sample === undefined) return undefined;
    samples[name] = sample;
  }
  return samples;
}

/** One that changes nothing, where the route takes one; the upstream is the lab's echo in any case. */
function methodOf(methods: readonly string[]): string {
  return ['GET', 'HEAD', 'OPTIONS'].find((method) => methods.includes(method)) ?? methods[0] ?? 'GET';
}
