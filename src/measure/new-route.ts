/**
 * How long a new route takes, measured when everything else is: until then the runner writes none, for that clears stale routers.
 * By then it cures nothing any more.
 */
import { messageOf } from '../model/drill-error.js';
import { waitFor, withLimit } from '../system/clock.js';
import { askProxy } from './prime.js';
import type { PrimeTarget } from './prime.js';
import type { ProbeStream } from './probe-spec.js';
import { startProbes } from './probes.js';
import type { Probes } from './probes.js';
import { routeEffect } from './rto-route.js';
import { urlOf } from './streams.js';
import type { ProbedNode } from './streams.js';

/** Kong needs some 10 s at most, with its default update frequencies. */
const watchLimitMs = 30_000;
const askLimitMs = 5_000;
const spacingMs = 25;
const timeoutMs = 1_000;

/** Written by nobody else: its name and path carry the run's mark. */
const nameOf = ({ instruments: { mark } }: PrimeTarget): string => `${mark}-new-route`;
const pathOf = ({ instruments: { mark } }: PrimeTarget): string => `/${mark}/new-route`;

/** Where the instruments' own routes are not served, a new one would not be either: then none is written. */
export async function timeNewRoute(target: PrimeTarget): Promise<void> {
  const { nodes, clock, record, signal } = target;
  const error = await whyNot(target);
  if (error !== undefined) {
    record({ kind: 'new-route', error });
    return;
  }
  const streams = nodes.map((node) => streamOf(node, pathOf(target)));
  await using probes = await startProbes({ streams, clock, record, signal });
  record({ kind: 'new-route', ...(await writeAndWatch(target, probes)) });
}

async function whyNot({ nodes, instruments, signal }: PrimeTarget): Promise<string | undefined> {
  for (const node of nodes) {
    const url = urlOf(node, instruments.paths.open);
    const status = await askProxy({ url }, signal, withLimit(askLimitMs, signal));
    if (status !== '200') return `${node.name} does not serve its old routes: ${status}, expected 200`;
  }
  return undefined;
}

/** Returns when every worker of every node is seen to serve it, or it was watched for long enough. */
async function writeAndWatch(
  target: PrimeTarget,
  probes: Probes,
): Promise<{ readonly writtenMs?: number; readonly error?: string }> {
  const { clock, workers } = target;
  const isProbed = () => probes.watched().every(({ samples }) => samples.length > 0);
  // It is seen to be absent before it is written.
  if (!(await comes(isProbed, askLimitMs, target))) return { error: 'no probe was sent' };
  const writtenMs = clock.nowMs();
  const error = await write(target);
  if (error !== undefined) return { writtenMs, error };
  const isServed = () => {
    const route = { issuedMs: writtenMs, workers, stalls: probes.stalls() };
    return probes.watched().every((watched) => routeEffect(watched, route).upperMs !== null);
  };
  const isDone = () => isServed() || !probes.isProbing;
  await comes(isDone, watchLimitMs, target);
  return probes.isProbing ? { writtenMs } : { writtenMs, error: 'the probe process ended by itself' };
}

/** @returns why it was refused. @throws the reason of the signal. */
async function write(target: PrimeTarget): Promise<string | undefined> {
  const { admin, instruments, signal } = target;
  const body = { name: nameOf(target), paths: [pathOf(target)], tags: [instruments.mark] };
  try {
    const { ok, status } = await admin.call('POST', `/services/${instruments.mark}/routes`, body, { signal });
    return ok ? undefined : `the Admin API answered ${status}`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

async function comes(look: () => boolean, limitMs: number, { clock, signal }: PrimeTarget): Promise<boolean> {
  const observe = () => Promise.resolve(look() ? seen : unseen);
  return (await waitFor(observe, { clock, signal, limitMs, everyMs: 100 })).done;
}

const seen = { done: true, value: true } as const;
const unseen = { done: false, seen: 'not yet on every worker' } as const;

function streamOf(node: ProbedNode, path: string): ProbeStream {
  return {
    kind: 'answers',
    stream: {
      id: `new-route@${node.name}`,
      clock: 'route',
      class: 'new-route',
      node: node.name,
      spacingMs,
      timeoutMs,
    },
    rounds: [[{ url: urlOf(node, path), headers: {}, expect: { status: 200, nonce: true } }]],
  };
}
