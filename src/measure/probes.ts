/** The runner's side of the probe process: starts it, records what it tells, and answers what the run wants to know meanwhile. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DrillError } from '../model/drill-error.js';
import type { Recorder, Sample, Stream } from '../model/journal.js';
import type { Clock } from '../system/clock.js';
import type { ProbeMessage, ProbeOrders, ProbeStream } from './probe-spec.js';
import { settled } from './rto.js';
import type { Settled, SettledContext, WatchedStream } from './rto.js';
import { cleanSince, isSilent, steadyState } from './rto-steady.js';
import type { SteadyState } from './rto-steady.js';
import type { Stall } from './uncertainty.js';

export interface ProbesOptions {
  readonly streams: readonly ProbeStream[];
  readonly clock: Clock;
  readonly record: Recorder;
  /** Ends the probing. */
  readonly signal: AbortSignal;
}

/** Probes that are being sent; disposing ends them, and records what is still on the way. */
export interface Probes extends AsyncDisposable {
  readonly streams: readonly Stream[];
  readonly pid: number | undefined;
  /** False once the probe process has ended by itself: nothing is watched any more. */
  readonly isProbing: boolean;
  /** Everything seen until now. */
  watched(): readonly WatchedStream[];
  stalls(): readonly Stall[];
  /** Waits until the newest probes since `fromMs` make a steady state, or none of them is right, or as long as `limitMs`. */
  untilSteady(fromMs: number, limitMs: number): Promise<SteadyState>;
  /** Waits until every stream has seen a whole window without a failure, or as long as `limitMs`. */
  untilSettled(failure: Omit<SettledContext, 'stalls'>, limitMs: number): Promise<Settled>;
}

const startLimitMs = 10_000;
const stopLimitMs = 2_000;
const lookEveryMs = 250;

/**
 * Starts the probe process and all streams; returns when the first probes are due.
 * @throws DrillError `engine` where the process does not start.
 */
export async function startProbes(options: ProbesOptions): Promise<Probes> {
  const child = fork(fileURLToPath(new URL('./probe-process.js', import.meta.url)), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const prober = new Prober(child, options);
  try {
    await prober.started();
    return prober;
  } catch (error) {
    await prober[Symbol.asyncDispose]();
    throw error;
  }
}

class Prober implements Probes {
  streams: readonly Stream[] = [];
  private readonly samples = new Map<string, Sample[]>();
  private readonly stalled: Stall[] = [];
  private readonly child: ChildProcess;
  private readonly options: ProbesOptions;
  private readonly exited: Promise<unknown>;
  private errorOutput = '';
  private stopping = false;
  private gone = false;

  constructor(child: ChildProcess, options: ProbesOptions) {
    this.child = child;
    this.options = options;
    // Its last batch may still be in the channel when it has exited.
    this.exited = Promise.allSettled([once(child, 'exit'), once(child, 'disconnect')]);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.errorOutput = (this.errorOutput + chunk.toString()).slice(-2_000);
    });
    child.on('message', (message: ProbeMessage) => this.hear(message));
    child.on('error', () => this.noteEnd('could not be reached'));
    child.on('exit', (code, signal) => this.noteEnd(signal ?? `exit code ${code ?? 0}`));
    options.signal.addEventListener('abort', this.stop, { once: true });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isProbing(): boolean {
    return !this.gone;
  }

  async started(): Promise<void> {
    const { clock, streams, signal } = this.options;
    signal.throwIfAborted();
    const orders: ProbeOrders = { originNs: String(clock.originNs), streams };
    this.child.send(orders);
    const deadlineMs = clock.nowMs() + startLimitMs;
    while (this.streams.length === 0 && streams.length > 0) {
      if (this.gone || clock.nowMs() > deadlineMs)
        throw new DrillError(
          'engine',
          `the probe process did not start: ${this.errorOutput.trim() || 'it said nothing'}`,
          'see whether this machine lets Node start processes (`kong-drill doctor`)',
        );
      await clock.sleep(5, signal);
    }
  }

  watched(): readonly WatchedStream[] {
    return this.streams.map((stream) => ({ stream, samples: this.samples.get(stream.id) ?? [] }));
  }

  stalls(): readonly Stall[] {
    return this.stalled;
  }

  async untilSteady(fromMs: number, limitMs: number): Promise<SteadyState> {
    return this.until(limitMs, () => {
      const streams = this.watched();
      const span = { from: cleanSince(streams, fromMs), to: this.options.clock.nowMs() };
      const value = steadyState(streams, span);
      return { done: value.met || isSilent(streams, fromMs), value };
    });
  }

  async untilSettled(failure: Omit<SettledContext, 'stalls'>, limitMs: number): Promise<Settled> {
    return this.until(limitMs, () => {
      const context = { ...failure, stalls: this.stalled };
      const value = settled(this.watched(), context, this.options.clock.nowMs());
      return { done: value.settled, value };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    const { signal } = this.options;
    signal.removeEventListener('abort', this.stop);
    if (this.gone) return;
    const limit = AbortSignal.timeout(stopLimitMs);
    limit.addEventListener('abort', () => this.child.kill('SIGKILL'), { once: true });
    await this.exited;
  }

  /** Looks until done, the limit, or the end of the probe process; whoever waits is told the last look. */
  private async until<T>(limitMs: number, look: () => { done: boolean; value: T }): Promise<T> {
    const { clock, signal } = this.options;
    const deadlineMs = clock.nowMs() + limitMs;
    for (;;) {
      signal.throwIfAborted();
      const beganMs = clock.nowMs();
      const { done, value } = look();
      const endedMs = clock.nowMs();
      if (done || this.gone || endedMs >= deadlineMs) return value;
      // The longer the run, the longer a look takes; the runner has other things to do.
      await clock.sleep(Math.max(lookEveryMs, 10 * (endedMs - beganMs)), signal);
    }
  }

  private hear(message: ProbeMessage): void {
    const { record } = this.options;
    if (message.kind === 'started') {
      this.streams = message.streams;
      record({ kind: 'streams', streams: [...message.streams] });
    }
    if (message.kind !== 'batch') return;
    for (const stall of message.stalls) {
      this.stalled.push(stall);
      record({ kind: 'probe-stall', ...stall });
    }
    for (const [stream, samples] of message.samples) {
      const kept = this.samples.get(stream);
      if (kept) kept.push(...samples);
      else this.samples.set(stream, [...samples]);
      record({ kind: 'probes', stream, samples: [...samples] });
    }
  }

  private readonly stop = (): void => {
    if (this.stopping) return;
    this.stopping = true;
    if (this.child.connected) this.child.send('stop');
  };

  private noteEnd(how: string): void {
    if (this.gone) return;
    this.gone = true;
    if (this.stopping) return;
    const said = this.errorOutput.trim();
    const text = `the probe process ended by itself (${how}): nothing was watched after this${said === '' ? '' : `; ${said}`}`;
    this.options.record({ kind: 'note', level: 'finding', text });
  }
}
