/** A journal back from its file, one event at a time; what a killed runner tore off at the end is left out. */
import { DrillError, messageOf } from '../model/drill-error.js';
import type { JournalEvent } from '../model/journal.js';
import { linesOf } from '../system/lines.js';
import type { Line } from '../system/lines.js';

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
  for (const { text, ended } of linesToRead(file)) {
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

function linesToRead(file: string): Iterable<Line> {
  try {
    return linesOf(file);
  } catch (error) {
    throw new DrillError('usage', `no journal to read: ${messageOf(error)}`, 'give the folder of a run', {
      cause: error,
    });
  }
}
