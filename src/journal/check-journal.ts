/** A journal against its schema, its numbering and its own order. */
import { drillSchema } from '../model/drill.js';
import type { JournalEvent } from '../model/journal.js';
import { journalEventSchema } from '../model/journal.js';
import { notAnEvent, readJournal } from './read-journal.js';

export interface JournalFault {
  readonly seq: number;
  readonly message: string;
}

/** Everything that is wrong with a journal, up to `limit` faults; none where it is as the schema says and without a gap. */
export async function checkJournal(
  events: Iterable<JournalEvent>,
  limit = 20,
): Promise<readonly JournalFault[]> {
  const check = await (schemaCheck ??= compile());
  const faults: JournalFault[] = [];
  let expectedSeq = 0;
  for (const event of events) {
    if (faults.length >= limit) break;
    const { seq, kind } = event;
    if (seq !== expectedSeq) faults.push({ seq, message: `expected event ${expectedSeq}, got ${seq}` });
    const wrong = check(event);
    if (wrong !== undefined) faults.push({ seq, message: `${kind}: ${wrong}` });
    expectedSeq = seq + 1;
  }
  if (expectedSeq === 0) faults.push({ seq: 0, message: 'the journal is empty' });
  return faults;
}

/**
 * The events of a journal, each as the schema says: what is drawn from them cannot trip over one.
 * @throws DrillError `usage` for one that is not, and whatever reading the file throws.
 */
export async function checkedJournal(file: string): Promise<Generator<JournalEvent, void>> {
  return checkedEvents(file, await (schemaCheck ??= compile()));
}

function* checkedEvents(file: string, check: SchemaCheck): Generator<JournalEvent, void> {
  let line = 0;
  for (const event of readJournal(file)) {
    line += 1;
    const wrong = check(event);
    if (wrong !== undefined) throw notAnEvent(file, line, wrong);
    yield event;
  }
}

/** @returns what is wrong with an event, in words. */
type SchemaCheck = (event: JournalEvent) => string | undefined;

/** Compiling takes longer than most journals: once is enough for all of them. */
let schemaCheck: Promise<SchemaCheck> | undefined;

async function compile(): Promise<SchemaCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ discriminator: true, allErrors: false, strict: false });
  const isEvent = ajv.compile(journalEventSchema);
  const isDrill = ajv.compile(drillSchema);
  return (event) => {
    if (!isEvent(event)) return ajv.errorsText(isEvent.errors);
    // A schema of its own: the journal's would hold the whole drill language.
    if (event.kind !== 'run-started' || isDrill(event.drill.content)) return undefined;
    return ajv.errorsText(isDrill.errors, { dataVar: 'drill' });
  };
}
