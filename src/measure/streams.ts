/** Which probes are sent: one stream for each node and route class, within what a node may be asked for. */
import type { ProbedRoute, StateRoute } from '../model/probed-route.js';
import type { Credential, CredentialKind } from './credentials.js';
import type { Instruments, RouteClass } from './instruments.js';
import type { EffectStream, ProbedAddress, ProbeRequest, ProbeStream } from './probe-spec.js';

/** A node as the runner reaches it. */
export interface ProbedNode {
  readonly name: string;
  readonly proxyUrl: string;
  readonly adminUrl: string;
  readonly adminHeaders: Readonly<Record<string, string>>;
}

/** Routes of the state that are probed in place of the instruments' own. */
export interface StateRoutes {
  /** Asks for nothing. */
  readonly open?: StateRoute;
  /** Asks for a key, and for nothing else. */
  readonly keyed?: StateRoute;
  /** One of the state, which `keyed` accepts. */
  readonly key?: string;
}

export interface StreamOptions {
  /** Spacing of each stream, as planned; longer where even turns would ask a node more than 95 times a second. */
  readonly spacingMs: number;
  readonly timeoutMs: number;
  /** Spacing and timeout of the config probes; 1 s and 5 s by default. */
  readonly configSpacingMs?: number;
  readonly configTimeoutMs?: number;
  /** Classes whose plugin answers as it should, see `prime`; all of the instruments' by default. */
  readonly kinds?: readonly CredentialKind[];
  /** Where the instruments' own routes cannot be relied on. */
  readonly state?: StateRoutes | undefined;
}

const requestsPerSecond = 95;

/** All streams of all nodes. */
export function streamsFor(
  instruments: Instruments,
  nodes: readonly ProbedNode[],
  options: StreamOptions,
): readonly ProbeStream[] {
  const kinds = instruments.kinds.filter((kind) => (options.kinds ?? instruments.kinds).includes(kind));
  const probed = options.state ? ofState(options.state) : ofInstruments(instruments, kinds);
  const { groups, spacingMs } = takeTurns(probed.traffic, options.spacingMs);
  return nodes.flatMap((node, place): ProbeStream[] => {
    const own = (
      name: string,
      requests: readonly (readonly ProbeRequest[])[],
      clock: 'traffic' | 'uncached',
    ) =>
      ({
        kind: 'answers',
        stream: {
          id: `${name}@${node.name}`,
          clock,
          class: name,
          node: node.name,
          spacingMs,
          timeoutMs: options.timeoutMs,
          ...(requests.length > 1 ? { turns: requests.length } : {}),
        },
        rounds: requests,
      }) as const;
    const traffic = groups.map((group) =>
      own(
        group.join('+'),
        group.map((name) => requestsOf(name, probed, node)),
        'traffic',
      ),
    );
    const next = nodes[(place + 1) % nodes.length] ?? node;
    const seenOn: [ProbedNode, ...ProbedNode[]] = next === node ? [node] : [node, next];
    const uncached = probed.route('uncached');
    const config = probed.route('config');
    return [
      ...traffic,
      ...(uncached ? [own('uncached', [uncachedRequest(uncached, node)], 'uncached')] : []),
      ...(config ? [effectStream({ instruments, route: config, nodes: seenOn }, options)] : []),
    ];
  });
}

type TrafficClass = 'open' | CredentialKind;

/** What there is to ask. */
interface Probed {
  readonly traffic: readonly TrafficClass[];
  readonly route: (name: RouteClass) => ProbedRoute | undefined;
  readonly login: (kind: TrafficClass) => Credential | undefined;
}

function ofInstruments({ paths, canaries }: Instruments, kinds: readonly CredentialKind[]): Probed {
  const needKeys: readonly RouteClass[] = ['uncached', 'config'];
  const isThere = (name: RouteClass) => !needKeys.includes(name) || kinds.includes('key-auth');
  return {
    traffic: ['open', ...kinds],
    route: (name) => (isThere(name) ? { path: paths[name] } : undefined),
    login: (kind) => canaries.find(({ credential }) => credential.kind === kind)?.credential,
  };
}

/** A class of logins is right only if it refuses and accepts: without a key of the state it is not probed. */
function ofState({ open, keyed, key }: StateRoutes): Probed {
  return {
    traffic: [
      ...(open ? (['open'] as const) : []),
      ...(keyed && key !== undefined ? (['key-auth'] as const) : []),
    ],
    route: (name) => (name === 'open' ? open : keyed),
    login: () => (key === undefined ? undefined : { kind: 'key-auth', key }),
  };
}

/** Each class a stream of its own, unless that were too many requests: then first rare classes take turns, then all do. */
function takeTurns(
  classes: readonly TrafficClass[],
  wantedMs: number,
): { readonly groups: readonly (readonly TrafficClass[])[]; readonly spacingMs: number } {
  const open = classes.filter((name) => name === 'open');
  const kinds = classes.filter((name) => name !== 'open');
  const rare = kinds.filter((kind) => kind !== 'key-auth');
  const usual = kinds.filter((kind) => kind === 'key-auth');
  const all: TrafficClass[][][] = [
    [open, ...kinds.map((kind) => [kind])],
    [open, usual, rare],
    [open, kinds],
    [[...open, ...kinds]],
  ];
  const plans = all.map((plan) => plan.filter((group) => group.length > 0));
  const fits = plans.find((plan) => costOf(plan, wantedMs) <= requestsPerSecond) ?? plans.at(-1) ?? [];
  const spacingMs = Math.max(wantedMs, (wantedMs * costOf(fits, wantedMs)) / requestsPerSecond);
  return { groups: fits, spacingMs: Math.ceil(spacingMs) };
}

/** Requests a second: a protected class asks twice, the uncached stream once; a group as its dearest class. */
function costOf(groups: readonly (readonly TrafficClass[])[], spacingMs: number): number {
  const each = groups.map((group) => (group.every((name) => name === 'open') ? 1 : 2));
  return ((each.reduce((sum, cost) => sum + cost, 0) + 1) * 1_000) / spacingMs;
}

function requestsOf(name: TrafficClass, { route, login }: Probed, node: ProbedNode): readonly ProbeRequest[] {
  const asked = route(name);
  if (!asked) return [];
  const request = addressOn(node, asked);
  const answered: ProbeRequest = { ...request, expect: { status: 200, nonce: true } };
  if (name === 'open') return [answered];
  const credential = login(name);
  const unknown: ProbeRequest = { ...request, expect: { status: 401, nonce: false } };
  return credential ? [unknown, { ...answered, show: credential }] : [unknown];
}

/** 401 says that Kong could ask its database for a key that it never saw; 500 that it could not. */
function uncachedRequest(route: ProbedRoute, node: ProbedNode): readonly ProbeRequest[] {
  return [{ ...addressOn(node, route), show: 'fresh-key', expect: { status: 401, nonce: false } }];
}

interface Effect {
  readonly instruments: Instruments;
  readonly route: ProbedRoute;
  readonly nodes: readonly [ProbedNode, ...ProbedNode[]];
}

/** Made through the first node, seen on all: nodes that look at different databases do not pass. */
function effectStream(
  { instruments, route, nodes }: Effect,
  { configSpacingMs = 1_000, configTimeoutMs = 5_000 }: StreamOptions,
): EffectStream {
  const [node] = nodes;
  return {
    kind: 'effect',
    stream: {
      id: `config@${node.name}`,
      clock: 'config',
      class: 'config',
      node: node.name,
      spacingMs: configSpacingMs,
      timeoutMs: configTimeoutMs,
    },
    create: {
      url: `${node.adminUrl}/consumers/${instruments.configConsumer}/key-auth`,
      headers: node.adminHeaders,
      keyPrefix: `${instruments.mark}-config-`,
      tag: instruments.mark,
    },
    seenAt: nodes.map((one) => addressOn(one, route)),
  };
}

/** A route on the proxy of a node. */
export function addressOn(node: ProbedNode, { path, headers = {}, keyHeader }: ProbedRoute): ProbedAddress {
  return { url: urlOf(node, path), headers, ...(keyHeader === undefined ? {} : { keyHeader }) };
}

/** A path on the proxy of a node. */
export function urlOf(node: ProbedNode, path: string): string {
  return `${node.proxyUrl.replace(/\/+$/, '')}${path}`;
}
