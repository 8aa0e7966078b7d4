/** A journal against its schema, its numbering and its own order. */
import type { JournalEvent } from '../model/journal.js';
import { journalEventSchema } from '../model/journal.js';

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

/** @returns what is wrong with an event, in words. */
type SchemaCheck = (event: JournalEvent) => string | undefined;

/** Compiling takes longer than most journals: once is enough for all of them. */
let schemaCheck: Promise<SchemaCheck> | undefined;

async function compile(): Promise<SchemaCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ discriminator: true, allErrors: false, strict: false });
  const validate = ajv.compile(journalEventSchema);
  return (event) => (validate(event) ? undefined : ajv.errorsText(validate.errors));
}
