/** A journal back from its file, one event at a time; what a killed runner tore off at the end is left out. */
import { closeSync, openSync, readSync } from 'node:fs';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { JournalEvent } from '../model/journal.js';

export interface ReadOptions {
  /** Told where the last line was cut off. */
  readonly onTorn?: (line: number) => void;
}

/**
 * The events of a journal, in order, with bounded memory.
 * @throws DrillError `usage` where the file is missing, or a line that is not the last is no event.
 */
export function* readJournal(file: string, options: ReadOptions = {}): Generator<JournalEvent, void> {
  let number = 0;
  for (const { text, ended } of linesOf(file)) {
    number += 1;
    const event = parseEvent(text);
    if (event !== undefined) yield event;
    else if (!ended) options.onTorn?.(number);
    else throw notAnEvent(file, number, `got ${JSON.stringify(text.slice(0, 60))}`);
  }
}

/** A line is a whole event or nothing: what has a kind, a number and a time. The schema is `checkJournal`'s matter. */
function parseEvent(text: string): JournalEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    return 'kind' in value && 'seq' in value && 't' in value ? (value as JournalEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** @param wrong what is there in its place, or wrong with it. */
export function notAnEvent(file: string, line: number, wrong: string): DrillError {
  return new DrillError(
    'usage',
    `${file}:${line}: expected an event of a journal, ${wrong}`,
    'this journal was changed after it was written; `kong-drill verify` names what no longer fits',
  );
}

const chunkBytes = 1 << 20;

function* linesOf(file: string): Generator<{ text: string; ended: boolean }> {
  const descriptor = openForReading(file);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest: Buffer[] = [];
    for (;;) {
      const read = readSync(descriptor, chunk, 0, chunkBytes, null);
      if (read === 0) break;
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < read; end = chunk.indexOf(10, from)) {
        yield { text: Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8'), ended: true };
        rest = [];
        from = end + 1;
      }
      if (from < read) rest.push(Buffer.from(chunk.subarray(from, read)));
    }
    if (rest.length > 0) yield { text: Buffer.concat(rest).toString('utf8'), ended: false };
  } finally {
    closeSync(descriptor);
  }
}

function openForReading(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new DrillError('usage', `no journal to read: ${messageOf(error)}`, 'give the folder of a run', {
      cause: error,
    });
  }
}
