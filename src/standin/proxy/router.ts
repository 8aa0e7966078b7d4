import type { JsonObject } from '../json.js';
import { idOf, isObject, text, texts } from '../json.js';

export interface Asked {
  readonly method: string;
  readonly protocol: 'http' | 'https';
  /** Lower case, without the port. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly sni?: string | undefined;
}

export interface Match {
  readonly route: JsonObject;
  readonly service: JsonObject | undefined;
  /** The part of the request's path that a prefix of the route has matched. */
  readonly prefix: string | undefined;
  /** The rest of the path, after the prefix. */
  readonly postfix: string | undefined;
}

interface Compiled {
  readonly route: JsonObject;
  readonly service: JsonObject | undefined;
  readonly paths: readonly PathTest[];
  readonly hosts: readonly HostTest[];
  readonly headers: readonly [string, string[]][];
}

interface PathTest {
  readonly regex: boolean;
  readonly length: number;
  readonly match: (path: string) => { prefix: string; postfix: string } | undefined;
}

interface HostTest {
  readonly plain: boolean;
  readonly port: boolean;
  readonly length: number;
  readonly test: (host: string, port: number) => boolean;
}

/** Kong's traditional router: of all routes that match, the one with the most, and the most exact, criteria. */
export class Router {
  readonly #routes: readonly Compiled[];

  constructor(routes: JsonObject[], services: ReadonlyMap<string, JsonObject>) {
    this.#routes = routes
      .map((route) => compile(route, services.get(idOf(route.service) ?? '')))
      .filter(({ service }) => service?.enabled !== false);
  }

  find(asked: Asked): Match | undefined {
    let best: { rank: number[]; match: Match } | undefined;
    for (const compiled of this.#routes) {
      const found = matchRoute(compiled, asked);
      if (found && (!best || ranksHigher(found.rank, best.rank))) best = found;
    }
    return best?.match;
  }
}

function matchRoute(compiled: Compiled, asked: Asked): { rank: number[]; match: Match } | undefined {
  const { route, service, paths, hosts } = compiled;
  if (!fitsRest(compiled, asked)) return undefined;
  const host = hosts.find(({ test }) => test(asked.host, asked.port));
  if (hosts.length > 0 && !host) return undefined;
  const path = firstPath(paths, asked.path);
  if (paths.length > 0 && !path) return undefined;
  const match = { route, service, prefix: path?.prefix, postfix: path?.postfix };
  return { rank: [...rankOfHost(compiled, host), ...rankOfPath(route, path)], match };
}

/** All criteria but host and path. */
function fitsRest({ route, headers }: Compiled, asked: Asked): boolean {
  const [methods, snis] = [texts(route.methods), texts(route.snis)];
  if (!httpRoute(route)) return false;
  if (methods.length > 0 && !methods.includes(asked.method)) return false;
  if (snis.length > 0 && asked.protocol === 'https' && !snis.includes(asked.sni ?? '')) return false;
  return headers.every(([name, values]) => headerMatches(asked, name, values));
}

function rankOfHost({ route, paths, hosts, headers }: Compiled, host: HostTest | undefined): number[] {
  const criteria = [texts(route.methods), hosts, headers, paths, texts(route.snis)];
  return [
    criteria.filter(({ length }) => length > 0).length,
    host?.plain ? 1 : 0,
    host?.port ? 1 : 0,
    headers.length,
  ];
}

function rankOfPath(route: JsonObject, path: { test: PathTest } | undefined): number[] {
  const age = -Number(route.created_at ?? 0);
  if (!path) return [0, 0, 0, age];
  const { regex, length } = path.test;
  return regex ? [1, Number(route.regex_priority ?? 0), 0, age] : [0, 0, length, age];
}

function ranksHigher(a: number[], b: number[]): boolean {
  const difference = a.findIndex((value, index) => value !== b[index]);
  return difference >= 0 && (a[difference] ?? 0) > (b[difference] ?? 0);
}

function firstPath(
  tests: readonly PathTest[],
  path: string,
): { test: PathTest; prefix: string; postfix: string } | undefined {
  for (const test of tests) {
    const found = test.match(path);
    if (found) return { test, ...found };
  }
  return undefined;
}

const headerMatches = ({ headers }: Asked, name: string, values: string[]): boolean =>
  (headers.get(name) ?? []).some((value) =>
    values.some((wanted) =>
      wanted.startsWith('~*')
        ? new RegExp(wanted.slice(2), 'i').test(value)
        : wanted.toLowerCase() === value.toLowerCase(),
    ),
  );

export const protocolsOf = (route: JsonObject): string[] => texts(route.protocols);

const httpRoute = (route: JsonObject): boolean =>
  protocolsOf(route).some((protocol) => ['http', 'https', 'grpc', 'grpcs'].includes(protocol));

function compile(route: JsonObject, service: JsonObject | undefined): Compiled {
  const headers = isObject(route.headers) ? Object.entries(route.headers) : [];
  return {
    route,
    service,
    // Regular expressions first, then the longest prefix.
    paths: texts(route.paths)
      .map(pathTest)
      .sort((a, b) => Number(b.regex) - Number(a.regex) || b.length - a.length),
    hosts: texts(route.hosts)
      .map(hostTest)
      .sort((a, b) => Number(b.plain) - Number(a.plain) || b.length - a.length),
    headers: headers.map(([name, values]) => [name.toLowerCase(), texts(values)]),
  };
}

function pathTest(path: string): PathTest {
  if (!path.startsWith('~')) {
    const match = (asked: string) =>
      asked.startsWith(path) ? { prefix: path, postfix: asked.slice(path.length) } : undefined;
    return { regex: false, length: path.length, match };
  }
  const expression = new RegExp(`^(?:${path.slice(1).replaceAll('(?P<', '(?<')})`);
  return {
    regex: true,
    length: path.length,
    match: (asked) => {
      const [whole] = expression.exec(asked) ?? [];
      return whole === undefined ? undefined : { prefix: whole, postfix: asked.slice(whole.length) };
    },
  };
}

function hostTest(pattern: string): HostTest {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(pattern.toLowerCase()) ?? [];
  const plain = !name.includes('*');
  const fits = (host: string): boolean => {
    if (plain) return host === name;
    return name.startsWith('*') ? host.endsWith(name.slice(1)) : host.startsWith(name.slice(0, -1));
  };
  return {
    plain,
    port: port !== undefined,
    length: name.length,
    test: (host, askedPort) => fits(host) && (port === undefined || Number(port) === askedPort),
  };
}

/** The path for the upstream (path_handling v0): the service's path, then what the route did not strip. */
export function upstreamPath({ route, service, prefix, postfix }: Match, path: string): string {
  const rest = route.strip_path === true && prefix !== undefined ? (postfix ?? '') : path;
  const base = text(service?.path) || '/';
  if (rest === '') return base;
  return base.endsWith('/')
    ? base + rest.replace(/^\//, '')
    : rest.startsWith('/')
      ? base + rest
      : `${base}/${rest}`;
}
