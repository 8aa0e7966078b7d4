/** Which probes are sent: one stream for each node and route class, within what a node may be asked for. */
import type { CredentialKind } from './credentials.js';
import type { Instruments } from './instruments.js';
import type { EffectStream, ProbeRequest, ProbeStream } from './probe-spec.js';

/** A node as the runner reaches it. */
export interface ProbedNode {
  readonly name: string;
  readonly proxyUrl: string;
  readonly adminUrl: string;
  readonly adminHeaders: Readonly<Record<string, string>>;
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
}

const requestsPerSecond = 95;

/** All streams of all nodes. */
export function streamsFor(
  instruments: Instruments,
  nodes: readonly ProbedNode[],
  options: StreamOptions,
): readonly ProbeStream[] {
  const kinds = instruments.kinds.filter((kind) => (options.kinds ?? instruments.kinds).includes(kind));
  const { groups, spacingMs } = takeTurns(kinds, options.spacingMs);
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
        group.map((name) => requestsOf(name, instruments, node)),
        'traffic',
      ),
    );
    const next = nodes[(place + 1) % nodes.length] ?? node;
    const seenOn: [ProbedNode, ...ProbedNode[]] = next === node ? [node] : [node, next];
    const asksDatabase = kinds.includes('key-auth')
      ? [
          own('uncached', [uncachedRequest(instruments, node)], 'uncached'),
          effectStream(instruments, seenOn, options),
        ]
      : [];
    return [...traffic, ...asksDatabase];
  });
}

type TrafficClass = 'open' | CredentialKind;

/** Each class a stream of its own, unless that were too many requests: then first rare classes take turns, then all do. */
function takeTurns(
  kinds: readonly CredentialKind[],
  wantedMs: number,
): { readonly groups: readonly (readonly TrafficClass[])[]; readonly spacingMs: number } {
  const rare = kinds.filter((kind) => kind !== 'key-auth');
  const usual = kinds.filter((kind) => kind === 'key-auth');
  const all: TrafficClass[][][] = [
    [['open'], ...kinds.map((kind): TrafficClass[] => [kind])],
    [['open'], usual, rare],
    [['open'], [...kinds]],
    [['open', ...kinds]],
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

function requestsOf(name: TrafficClass, instruments: Instruments, node: ProbedNode): readonly ProbeRequest[] {
  const request = { url: urlOf(node, instruments.paths[name]), headers: {} };
  const answered: ProbeRequest = { ...request, expect: { status: 200, nonce: true } };
  if (name === 'open') return [answered];
  const canary = instruments.canaries.find(({ credential }) => credential.kind === name);
  const unknown: ProbeRequest = { ...request, expect: { status: 401, nonce: false } };
  return canary ? [unknown, { ...answered, show: canary.credential }] : [unknown];
}

/** 401 says that Kong could ask its database for a key that it never saw; 500 that it could not. */
function uncachedRequest(instruments: Instruments, node: ProbedNode): readonly ProbeRequest[] {
  const url = urlOf(node, instruments.paths.uncached);
  return [{ url, headers: {}, show: 'fresh-key', expect: { status: 401, nonce: false } }];
}

/** Made through the first node, seen on all: nodes that look at different databases do not pass. */
function effectStream(
  instruments: Instruments,
  nodes: readonly [ProbedNode, ...ProbedNode[]],
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
    seenAt: nodes.map((one) => ({ url: urlOf(one, instruments.paths.config), headers: {} })),
  };
}

/** A path on the proxy of a node. */
export function urlOf(node: ProbedNode, path: string): string {
  return `${node.proxyUrl.replace(/\/+$/, '')}${path}`;
}
