/** Outages of a scripted gateway, watched by the real probe process: what was measured beside what was true. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NewEvent } from '../model/journal.js';
import { startProbes } from '../measure/probes.js';
import type { ProbeStream } from '../measure/probe-spec.js';
import { findOutages } from '../measure/rto-stream.js';
import type { StreamFinding } from '../measure/rto-stream.js';
import { systemClock } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import type { GatewayMessage, Moment, Script } from './scripted-gateway.js';

export interface LiveOutage {
  readonly kind: Script['kind'];
  readonly lastsMs: number;
  /** Workers behind the gateway; with more than one, half of them fail. */
  readonly workers: number;
}

export interface LiveResult {
  readonly outage: LiveOutage;
  readonly found: StreamFinding;
  /** In milliseconds since the failure was issued; each known to a few hundredths. */
  readonly truth: { readonly begin: Moment; readonly end: Moment };
}

export interface LiveOptions {
  readonly spacingMs?: number;
  readonly windowMs?: number;
  /** Stops the prober (SIGSTOP) for 2 s, this long before the outages end; all of them last equally long then. */
  readonly stopBeforeEndMs?: number;
}

export interface LiveRun {
  readonly results: readonly LiveResult[];
  readonly events: readonly NewEvent[];
}

const steadyMs = 3_000;
const timeoutMs = 1_000;

/** Runs the outages at once, each on a port of its own, and measures each as the verdict would. */
export async function runLiveOutages(
  outages: readonly LiveOutage[],
  options: LiveOptions = {},
): Promise<LiveRun> {
  const { spacingMs = 100, windowMs = 2_000 } = options;
  const clock = systemClock();
  const events: NewEvent[] = [];
  await using gateway = await forkGateway(outages.length);
  const streams = gateway.ports.map((port, place) =>
    openStream(`gateway-${place}`, port, { spacingMs, timeoutMs }),
  );
  const signal = new AbortController().signal;
  await using probes = await startProbes({ streams, clock, record: (event) => events.push(event), signal });
  await clock.sleep(steadyMs);
  const issuedMs = clock.nowMs();
  const fromMs = issuedMs + 20;
  const over = gateway.follow(
    outages.map((outage, place) => ({
      kind: outage.kind,
      // At another phase of the probes each.
      fromMs: fromMs + place * 7,
      toMs: fromMs + place * 7 + outage.lastsMs,
      share: outage.workers > 1 ? 0.5 : 1,
    })),
    { clock, ...stopOrders(outages, options, { fromMs, pid: probes.pid }) },
  );
  const truths = await over;
  const limitMs = Math.max(windowMs, ...outages.map(({ lastsMs }) => lastsMs / 10)) + 4_000;
  await clock.sleep(limitMs);
  const stalls = probes.stalls();
  const results = probes.watched().map((watched, place): LiveResult => {
    const outage = outages[place];
    const truth = truths[place];
    if (!outage || !truth) throw new Error(`no outage ${place}`);
    const found = findOutages(watched, { issuedMs, workers: outage.workers, windowMs, stalls });
    return { outage, found, truth: { begin: after(issuedMs, truth.begin), end: after(issuedMs, truth.end) } };
  });
  return { results, events };
}

interface RunningGateway extends AsyncDisposable {
  readonly ports: readonly number[];
  follow(
    scripts: readonly Script[],
    more: { readonly clock: Clock; readonly stop?: object },
  ): Promise<readonly { readonly begin: Moment; readonly end: Moment }[]>;
}

export function openStream(
  node: string,
  port: number,
  pace: { readonly spacingMs: number; readonly timeoutMs: number },
): ProbeStream {
  const request = { url: `http://127.0.0.1:${port}/open`, headers: {}, expect: { status: 200, nonce: true } };
  return {
    kind: 'answers',
    stream: { id: `open@${node}`, clock: 'traffic', class: 'open', node, ...pace },
    rounds: [[request]],
  };
}

export async function forkGateway(count: number): Promise<RunningGateway> {
  const child = fork(fileURLToPath(new URL('./scripted-gateway.js', import.meta.url)), [], { execArgv: [] });
  child.send({ gateways: count });
  const [first] = (await once(child, 'message')) as [GatewayMessage];
  if (first.kind !== 'listening') throw new Error('the gateway did not say where it listens');
  return {
    ports: first.ports,
    follow: (scripts, { clock, ...more }) =>
      new Promise((resolve) => {
        const truths = new Map<number, { begin: Moment; end: Moment }>();
        child.on('message', (message: GatewayMessage) => {
          if (message.kind !== 'over') return;
          truths.set(message.place, message);
          if (truths.size === scripts.length)
            resolve([...truths].toSorted(([a], [b]) => a - b).map(([, truth]) => truth));
        });
        child.send({ originNs: String(clock.originNs), scripts, ...more });
      }),
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function stopOrders(
  outages: readonly LiveOutage[],
  { stopBeforeEndMs }: LiveOptions,
  at: { readonly fromMs: number; readonly pid: number | undefined },
): { stop?: object } {
  if (stopBeforeEndMs === undefined || at.pid === undefined) return {};
  const fromMs = at.fromMs + (outages[0]?.lastsMs ?? 0) - stopBeforeEndMs;
  return { stop: { pids: [at.pid], fromMs, toMs: fromMs + 2_000 } };
}

function after(issuedMs: number, { earliestMs, latestMs }: Moment): Moment {
  return { earliestMs: earliestMs - issuedMs, latestMs: latestMs - issuedMs };
}
