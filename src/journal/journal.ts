/** The append-only record of a run, on disk event by event. Whatever happens to the disk, recording never throws. */
import { closeSync, fsync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { JournalEvent, NewEvent, Recorder } from '../model/journal.js';
import type { Clock } from '../system/clock.js';
import type { Redactor } from './redaction.js';

export const journalFileName = 'journal.ndjson';

export interface Journal extends AsyncDisposable {
  readonly file: string;
  readonly record: Recorder;
  /** A recorder whose events belong to one case. */
  forCase(caseId: string): Recorder;
  /** Forces what is recorded onto the disk; called at the end of each phase and with the verdict. */
  sync(): Promise<void>;
  close(): Promise<void>;
  /** The first thing that went wrong with the recording itself; a run with one has failed. */
  fault(): string | undefined;
}

export interface JournalOptions {
  readonly clock: Clock;
  readonly redactor: Redactor;
  /** Sees each event as it is recorded: redacted, numbered, timed. */
  readonly onEvent?: (event: JournalEvent) => void;
  /** Told once, when an event cannot be written. */
  readonly onFault: (message: string) => void;
}

/**
 * Starts the journal of a run in its folder, which is made.
 * @throws DrillError `engine` where the file cannot be made or is already there.
 */
export function openJournal(folder: string, options: JournalOptions): Promise<Journal> {
  const file = join(folder, journalFileName);
  return Promise.resolve(journalOn(createFile(folder, file), file, options));
}

function createFile(folder: string, file: string): number {
  try {
    mkdirSync(folder, { recursive: true });
    return openSync(file, 'ax');
  } catch (error) {
    throw new DrillError(
      'engine',
      `the journal ${file} cannot be started: ${messageOf(error)}`,
      'choose a folder for reports that can be written to, with --out',
      { cause: error },
    );
  }
}

function journalOn(descriptor: number, file: string, options: JournalOptions): Journal {
  const { clock, redactor, onEvent, onFault } = options;
  let seq = 0;
  let fault: string | undefined;
  let open = true;
  const fail = (what: string, error: unknown) => {
    if (fault !== undefined) return;
    fault = `${what} ${file}: ${messageOf(error)}`;
    quietly(() => onFault(fault ?? what));
  };
  const append = appendingTo(descriptor);
  const record: Recorder = (event) => {
    const number = seq;
    seq += 1;
    try {
      if (!open) throw new Error(`\`${event.kind}\` came after the end`);
      const numbered = redactor.redactDeep(numberedEvent(event, number, clock));
      append(`${JSON.stringify(numbered)}\n`);
      if (onEvent) quietly(() => onEvent(numbered));
    } catch (error) {
      fail('an event could not be recorded in', error);
    }
  };
  const sync = async () => {
    if (!open) return;
    await promisify(fsync)(descriptor).catch((error: unknown) => fail('the disk did not keep', error));
  };
  const close = async () => {
    await sync();
    if (!open) return;
    open = false;
    closeSync(descriptor);
  };
  return {
    file,
    record,
    forCase: (caseId) => (event) => record({ ...event, case: caseId }),
    sync,
    close,
    fault: () => fault,
    [Symbol.asyncDispose]: close,
  };
}

/** One write(2) for each line; a line that did not fit on the disk is taken back whole, so that the next one stands alone. */
function appendingTo(descriptor: number): (line: string) => void {
  let goodBytes = 0;
  return (line) => {
    const bytes = Buffer.from(line, 'utf8');
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      goodBytes += bytes.length;
    } catch (error) {
      if (written > 0) ftruncateSync(descriptor, goodBytes);
      throw error;
    }
  };
}

function numberedEvent(event: NewEvent, seq: number, clock: Clock): JournalEvent {
  const { t = clock.nowMs(), ...rest } = event;
  return { seq, t: Math.round(t * 1_000) / 1_000, ...rest };
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // A listener's trouble is its own: the record goes on.
  }
}
