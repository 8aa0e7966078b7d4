/** A run's result, judged from its journal; also of a run that was killed before its journal said anything. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { journalFileName } from '../journal/journal.js';
import { checkedJournal } from '../journal/check-journal.js';
import { readJournal } from '../journal/read-journal.js';
import { DrillError } from '../model/drill-error.js';
import { journalVersion } from '../model/journal.js';
import type { JournalEvent } from '../model/journal.js';
import type { RunResult } from '../model/verdict.js';
import { textIn } from '../system/files.js';
import { judge } from '../verdict/judge.js';
import { indexLineFileName } from './run-folder.js';
import { checkIndex, readIndex } from './run-index.js';
import type { IndexEntry } from './run-index.js';
import { reportsFolderOf, runNameOf } from './run-place.js';

/** @throws DrillError `usage` where neither journal nor index says which run it is, or the journal is not as its schema says. */
export async function readRun(folder: string): Promise<RunResult> {
  const file = join(folder, journalFileName);
  const first = existsSync(file) ? readJournal(file).next().value : undefined;
  if (first !== undefined) return judge(await checkedJournal(file));
  const entry = await entryOf(folder);
  if (entry?.event === 'started') return judge([bareStart(entry)]);
  throw new DrillError(
    'usage',
    `${folder}: there is no journal, and no line in the index: nothing was started`,
    'give the folder of a run, as in reports/<drill>/latest',
  );
}

async function entryOf(folder: string): Promise<IndexEntry | undefined> {
  const kept = (await textIn(join(folder, indexLineFileName))) ?? '';
  const [entry] = checkIndex(kept).entries;
  if (entry) return entry;
  const name = runNameOf(folder);
  const { entries } = await readIndex(reportsFolderOf(folder));
  return entries.find((it) => it.event === 'started' && it.folder === name);
}

const unknown = 'not recorded';

/** All that is known of a run that was killed before the first event was on disk. */
function bareStart({
  runId,
  drill,
  utc,
  drillSha256,
  trigger,
}: Extract<IndexEntry, { event: 'started' }>): JournalEvent {
  return {
    seq: 0,
    t: 0,
    kind: 'run-started',
    version: journalVersion,
    runId,
    utc,
    originNs: '0',
    tool: unknown,
    drill: {
      name: drill,
      path: unknown,
      sha256: drillSha256,
      content: { name: drill, failure: [], recovery: {} },
    },
    engine: unknown,
    rehearsal: false,
    trigger,
    isolation: unknown,
    cases: [],
    skipped: [],
  };
}
