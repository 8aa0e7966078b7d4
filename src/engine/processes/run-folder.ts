/** The folder of a lab, with a record of every process that was started for it; each carries the mark in its environment. */
import { join } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import type { Clock } from '../../system/clock.js';
import type { Environment } from '../../system/environment.js';
import { writeWhole } from '../../system/files.js';
import { processEntry } from '../../system/process-table.js';
import type { ProcessIdentity } from '../../system/process-table.js';
import { startProgram } from '../../system/program.js';
import type { Program, ProgramOptions } from '../../system/program.js';
import { makeOwnedFolder, marksOf, ownerFile, removeOwnedFolder } from '../owned-folder.js';
import type { OwnedProcess, Owner } from '../owned-folder.js';
import { endProcesses } from '../leftovers.js';

export interface StartedProgram extends Program {
  readonly identity: ProcessIdentity;
}

export class RunFolder {
  readonly path: string;
  private owner: Owner;
  private written: Promise<void> = Promise.resolve();
  private closed = false;

  private constructor(path: string, owner: Owner) {
    this.path = path;
    this.owner = owner;
  }

  static async make(run: { runId: string; caseId: string }, temporaryFolder: string): Promise<RunFolder> {
    const { path, owner } = await makeOwnedFolder({ engine: 'processes', ...run }, temporaryFolder);
    return new RunFolder(path, owner);
  }

  get variables(): Environment {
    return marksOf(this.owner);
  }

  /** Starts a program with the marks in its environment, and writes down which process it is. */
  async start(what: string, command: readonly string[], options: ProgramOptions): Promise<StartedProgram> {
    if (this.closed) throw new DrillError('engine', `${what}: the lab is closed already`, 'open another one');
    const program = await startProgram(command, { ...options, env: { ...options.env, ...this.variables } });
    // One that has ended already is no longer in the table; its end is told by the program itself.
    const identity = await this.writeDown(what, program.pid);
    return { ...program, identity };
  }

  async writeDown(what: string, pid: number): Promise<ProcessIdentity> {
    const startedAt = (await processEntry(pid))?.startedAt ?? 'ended at once';
    const identity = { pid, startedAt };
    await this.rewrite([...this.owner.processes, { what, ...identity }]);
    return identity;
  }

  async strikeOut(identity: ProcessIdentity): Promise<void> {
    await this.rewrite(
      this.owner.processes.filter(
        ({ pid, startedAt }) => pid !== identity.pid || startedAt !== identity.startedAt,
      ),
    );
  }

  /** Nothing more is started; ends all that was. */
  async close(clock: Clock): Promise<void> {
    this.closed = true;
    await endProcesses(this.owner, this.path, clock);
  }

  async remove(): Promise<void> {
    await this.written.catch(() => undefined);
    await removeOwnedFolder(this);
  }

  /** One write after the other, so that the newest is the last. */
  private rewrite(processes: readonly OwnedProcess[]): Promise<void> {
    this.owner = { ...this.owner, processes };
    const write = async () => {
      // A tool that ends while the lab is disposed of needs no record any more.
      if (this.closed) return;
      await writeWhole(join(this.path, ownerFile), JSON.stringify(this.owner));
    };
    this.written = this.written.then(write, write);
    return this.written;
  }
}
