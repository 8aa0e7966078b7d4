/**
 * How long a new route takes, measured when everything else is: until then the runner writes none, for that clears stale routers.
 * By then it cures nothing any more.
 */
import { messageOf } from '../model/drill-error.js';
import { waitFor, withLimit } from '../system/clock.js';
import type { Observation } from '../system/clock.js';
import { askProxy } from './prime.js';
import type { PrimeTarget } from './prime.js';
import type { ProbeStream } from './probe-spec.js';
import { startProbes } from './probes.js';
import { routeEffect } from './rto-route.js';
import { urlOf } from './streams.js';
import type { ProbedNode } from './streams.js';

/** Kong needs some 10 s at most, with its default update frequencies. */
const limitMs = 30_000;
const spacingMs = 25;
const timeoutMs = 1_000;
const askLimitMs = 5_000;

/** Where the instruments' own routes are not served, a new one would not be either: then nothing is written. */
export async function timeNewRoute(target: PrimeTarget): Promise<void> {
  const { clock, record } = target;
  const fault = await whyNot(target);
  if (fault === undefined) return writeAndWatch(target);
  record({ kind: 'new-route', writtenMs: clock.nowMs(), error: fault });
}

async function whyNot({ nodes, instruments, signal }: PrimeTarget): Promise<string | undefined> {
  for (const node of nodes) {
    const status = await askProxy(
      { url: urlOf(node, instruments.paths.open) },
      signal,
      withLimit(askLimitMs, signal),
    );
    if (status !== '200') return `${node.name} does not serve its old routes: ${status}, expected 200`;
  }
  return undefined;
}

async function writeAndWatch(target: PrimeTarget): Promise<void> {
  const { admin, instruments, nodes, workers, clock, record, signal } = target;
  const { mark } = instruments;
  const name = `${mark}-later`;
  const path = `/${mark}/later`;
  await using probes = await startProbes({
    streams: nodes.map((node) => streamOf(node, path)),
    clock,
    record,
    signal,
  });
  // It is seen to be absent before it is written.
  await waitFor(() => looked(probes.watched().every(({ samples }) => samples.length > 0)), {
    clock,
    signal,
    limitMs: askLimitMs,
  });
  const writtenMs = clock.nowMs();
  const error = await admin
    .call('POST', `/services/${mark}/routes`, { name, paths: [path], tags: [mark] }, { signal })
    .then(({ ok, status }) => (ok ? undefined : `the Admin API answered ${status}`), messageOf);
  signal.throwIfAborted();
  record({ kind: 'new-route', writtenMs, ...(error === undefined ? {} : { error }) });
  if (error !== undefined) return;
  const isServed = () => {
    const route = { issuedMs: writtenMs, workers, stalls: probes.stalls() };
    return looked(probes.watched().every((watched) => routeEffect(watched, route).upperMs !== null));
  };
  await waitFor(isServed, { clock, signal, limitMs, everyMs: 100 });
}

function looked(done: boolean): Promise<Observation<true>> {
  return Promise.resolve(done ? { done, value: true } : { done, seen: 'not served by every worker' });
}

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
