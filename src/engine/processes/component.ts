/** What Postgres and a Kong node have in common here: one program with all it has started, a folder of data, a log. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { DrillError } from '../../model/drill-error.js';
import type { Evidence } from '../../model/journal.js';
import type { Clock } from '../../system/clock.js';
import { waitFor } from '../../system/clock.js';
import { sizeOf, tailOf } from '../../system/files.js';
import type { ComponentState, Condition, KongNode } from '../engine.js';
import { isStartingUp } from '../wal-archive.js';
import { canListen } from './ports.js';
import { isStopped, ProcessTree } from '../process-tree.js';
import type { RunFolder, StartedProgram } from './run-folder.js';

export interface ComponentParts {
  /** `postgres`, `kong-1`, … */
  readonly name: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly folder: RunFolder;
  readonly clock: Clock;
  /** Asks the component itself, over the network. */
  readonly ask: () => Promise<readonly Evidence[]>;
  /** Where it listens when it is up. */
  readonly listensOn: () => readonly { readonly host: string; readonly port: number }[];
}

const stopLimitMs = 30_000;
const logLimitBytes = 100_000;

export class LocalComponent {
  private readonly parts: ComponentParts;
  private tree: ProcessTree | undefined;
  private root = 0;

  constructor(parts: ComponentParts) {
    this.parts = parts;
  }

  /**
   * Starts it, and waits until it is up.
   * @throws DrillError with the end of its log where it ends or takes too long; `engine` where another program has its port.
   */
  async launch(launch: Launch, signal: AbortSignal): Promise<void> {
    const { name, folder, clock, dataFolder, logFile } = this.parts;
    signal.throwIfAborted();
    if (!existsSync(dataFolder))
      throw new DrillError(
        'component',
        `${name}: expected ${dataFolder}, but it is gone`,
        'provision it anew',
      );
    if (await this.isRunning())
      throw new DrillError(
        'component',
        `${name}: expected to be down, but it runs`,
        'stop it, or kill it, first',
      );
    const logFromBytes = await sizeOf(logFile);
    const program = await launch.start(folder);
    this.tree = new ProcessTree([program.identity]);
    this.root = program.pid;
    const look = async () => {
      const ended = program.ended();
      if (ended !== undefined)
        throw (await this.portTaken()) ?? (await this.didNotStart(ended, logFromBytes));
      const seen = await launch.whyNotUp();
      return seen === undefined
        ? ({ done: true, value: undefined } as const)
        : ({ done: false, seen } as const);
    };
    const end = await waitFor(look, { clock, limitMs: launch.limitMs, everyMs: 20, signal });
    // Known from the start, so that a later kill is proved for each of them.
    await this.members();
    if (!end.done)
      throw await this.didNotStart(`not up within ${launch.limitMs / 1_000} s: ${end.seen}`, logFromBytes);
  }

  /** Sends the program itself a signal on which it ends in order, and waits for that. */
  async end(byAsking: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const tree = this.tree;
    if (!tree || (await tree.members()).length === 0) return;
    await byAsking();
    await tree.gone(this.parts.clock, stopLimitMs, signal);
  }

  get pid(): number {
    return this.root;
  }

  /** What is done to Postgres and to Kong in the same way. */
  failures(): Pick<KongNode, 'kill' | 'lose' | 'freeze' | 'thaw' | 'condition' | 'state'> {
    return {
      kill: () => this.kill(),
      lose: () => this.lose(),
      freeze: async () => this.tree?.freeze(this.parts.clock),
      thaw: async () => this.tree?.thaw(),
      condition: async () => conditionOf(await this.members()),
      state: () => this.state(),
    };
  }

  async lose(): Promise<void> {
    await this.kill();
    await rm(this.parts.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }

  async isRunning(): Promise<boolean> {
    return (await this.members()).length > 0;
  }

  private async state(): Promise<ComponentState> {
    const [members, answers] = await Promise.all([this.members(), this.parts.ask()]);
    const { running, frozen } = conditionOf(members);
    const dataPresent = existsSync(this.parts.dataFolder);
    const inTable = {
      source: 'process table',
      observed: this.tree
        ? inWords(this.root, this.tree.size, {
            running: members.length,
            stopped: members.filter(isStopped).length,
          })
        : 'never started',
      confirms: !running || frozen,
    };
    const inFolder = {
      source: `folder ${this.parts.dataFolder}`,
      observed: dataPresent ? 'present' : 'gone',
      confirms: !dataPresent,
    };
    return { running, frozen, dataPresent, evidence: [inTable, inFolder, ...answers] };
  }

  private async kill(): Promise<void> {
    await this.tree?.kill(this.parts.clock);
  }

  private async members() {
    return (await this.tree?.members()) ?? [];
  }

  /** Between two lives of a component its ports are anybody's: that is the machine's fault, and not the recovery's. */
  private async portTaken(): Promise<DrillError | undefined> {
    if (await this.isRunning()) return undefined;
    for (const { host, port } of this.parts.listensOn()) {
      if (await canListen(port, host)) continue;
      const what = `${this.parts.name} did not start: another program has taken its port ${port} on ${host}`;
      return new DrillError('engine', what, 'see which (ss -ltnp), and run the drill again');
    }
    return undefined;
  }

  private async didNotStart(why: string, logFromBytes: number): Promise<DrillError> {
    const { name, logFile } = this.parts;
    const said = firstError(await tailOf(logFile, logLimitBytes, logFromBytes));
    return new DrillError('component', `${name} did not start: ${why}${said}`, `its log: ${logFile}`);
  }
}

function conditionOf(members: Awaited<ReturnType<ProcessTree['members']>>): Condition {
  const running = members.length > 0;
  return { running, frozen: running && members.every(isStopped) };
}

/** The line of a log that says what was wrong, else its last. */
function firstError(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !isStartingUp(line));
  const line =
    lines.find((each) => /\[(?:error|crit|alert|emerg)\]|FATAL|PANIC|\berror\b/i.test(each)) ?? lines.at(-1);
  return line === undefined ? '' : `: ${line.trim()}`;
}

export interface Launch {
  readonly start: (folder: RunFolder) => Promise<StartedProgram>;
  /** What is seen in place of the thing that is waited for; `undefined` when it is up. */
  readonly whyNotUp: () => Promise<string | undefined>;
  readonly limitMs: number;
}

function inWords(root: number, size: number, now: { running: number; stopped: number }): string {
  const all = size === 1 ? `pid ${root}` : `pid ${root} and ${size - 1} that it had started`;
  if (now.running === 0) return `${all}: gone`;
  if (now.stopped === now.running) return `${all}: ${now.running} stopped (state T)`;
  return `${all}: ${now.running} running`;
}
