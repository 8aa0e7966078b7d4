/** Shards of one run, made on several machines, put together: one run with its evidence, and that of every shard within it. */
import { createWriteStream, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkJournal } from '../journal/check-journal.js';
import { journalFileName } from '../journal/journal.js';
import { DrillError } from '../model/drill-error.js';
import type { RunResult } from '../model/verdict.js';
import type { JunitFlavor } from '../report/junit.js';
import type { Clock } from '../system/clock.js';
import { randomHex } from '../system/random.js';
import { expectOneRun } from './fitting-shards.js';
import { manifestFileName } from './manifest.js';
import { mergedLines } from './merged-journal.js';
import { readRun } from './read-run.js';
import { rebuildReports } from './rebuild-reports.js';
import { openRunFolder, sealRunFolder } from './run-folder.js';
import { readIndex } from './run-index.js';
import { keepShard } from './shard-folders.js';
import { eventsOf, firstEvent } from './shard-run.js';
import type { ShardRun } from './shard-run.js';
import { verifyRun } from './verify.js';

export interface MergeTerms {
  /** Folder of reports that the merged run goes to. */
  readonly reportsFolder: string;
  readonly junitFlavor: JunitFlavor;
  /** Name and version of this program. */
  readonly tool: string;
  readonly signingKeyPem?: string;
  readonly clock: Clock;
}

/**
 * Merges the shards of one drill. What a shard was cut off from stays missing, and every report of the merged run says so.
 * @throws DrillError `usage` where they do not fit together, or one of them does not hold; nothing is written then.
 */
export async function mergeShards(
  shards: readonly ShardRun[],
  { reportsFolder, junitFlavor, tool, signingKeyPem, clock }: MergeTerms,
): Promise<{ readonly result: RunResult; readonly folder: string }> {
  for (const shard of shards) await expectHolds(shard, tool);
  expectOneRun(shards, tool);
  const [{ drill }] = shards.map((it) => it.started) as [ShardRun['started']];
  const runId = randomHex(6);
  const run = await openRunFolder({
    reportsFolder,
    runId,
    drill,
    trigger: `merge of ${shards.length} shards`,
    startedUtc: new Date(Math.min(...shards.map((it) => Date.parse(it.started.utc)))),
    clock,
  });
  const { folder } = run;
  for (const shard of shards) await keepShard(shard, folder);
  const journal = createWriteStream(join(folder, journalFileName), { flags: 'wx', flush: true });
  await pipeline(mergedLines(shards, runId), journal);
  const { result } = await rebuildReports(folder, { junit: { flavor: junitFlavor, baseFolder: folder } });
  await sealRunFolder(run, result, signingKeyPem);
  return { result, folder };
}

/**
 * The newest run of a folder of reports that was merged from just these shards: merging them again would count one run twice.
 * One whose merging was cut off does not count.
 */
export async function mergedBefore(
  shards: readonly ShardRun[],
  reportsFolder: string,
): Promise<{ readonly result: RunResult; readonly folder: string } | undefined> {
  const ids = new Set(shards.map(({ started }) => started.runId));
  const drill = shards[0]?.started.drill.name;
  const { entries } = await readIndex(reportsFolder);
  for (const entry of entries.toReversed()) {
    if (entry.event !== 'ended' || entry.drill !== drill) continue;
    const folder = join(reportsFolder, entry.folder);
    const first = firstEvent(folder);
    const parts = first?.kind === 'run-started' ? (first.merged?.shards ?? []) : [];
    if (parts.length === ids.size && parts.every(({ runId }) => ids.has(runId)))
      return { result: await readRun(folder), folder };
  }
  return undefined;
}

/** A sealed shard holds as a whole; of one that was killed the journal has to. */
async function expectHolds(shard: ShardRun, tool: string): Promise<void> {
  const { folder, started } = shard;
  const faults = existsSync(join(folder, manifestFileName))
    ? await sealedFaults(folder, tool)
    : (await checkJournal(eventsOf(shard))).map((it) => `event ${it.seq}: ${it.message}`);
  const expected = basename(dirname(folder));
  if (started.drill.name !== expected)
    faults.push(
      `its journal is of the drill ${JSON.stringify(started.drill.name)}, its folder of ${expected}`,
    );
  const [fault] = faults;
  if (fault === undefined) return;
  throw new DrillError(
    'usage',
    `${folder}: this shard does not hold: ${fault}`,
    `kong-drill verify ${folder}`,
  );
}

async function sealedFaults(folder: string, tool: string): Promise<string[]> {
  const { checks } = await verifyRun(folder, { tool });
  return checks.filter((it) => it.verdict === 'bad').flatMap((it) => it.details);
}
