/** Whether shards are the parts of one run: all there, each once, of the same drill, made by the same means. */
import { isDeepStrictEqual } from 'node:util';
import { DrillError } from '../model/drill-error.js';
import type { Software } from '../model/journal.js';
import { ownEvents } from './shard-run.js';
import type { ShardRun } from './shard-run.js';

/**
 * What each is told apart by, in words: the first thing that is wrong.
 * @param tool name and version of the program that merges them.
 * @throws DrillError `usage` where they are not the parts of one run.
 */
export function expectOneRun(shards: readonly ShardRun[], tool: string): void {
  const [first] = shards;
  if (!first)
    throw new DrillError('usage', 'no shards were given', 'give the reports folders of all machines');
  expectEachOnce(shards);
  for (const other of shards.slice(1)) expectSame(first, other);
  expectAll(first, shards);
  for (const shard of shards) expectOwnCases(shard);
  expectOneSoftware(shards);
  expectSkippedByAll(shards);
  if (first.started.tool !== tool)
    throw new DrillError(
      'usage',
      `${first.started.drill.name}: its shards were run by ${first.started.tool}, this is ${tool}`,
      'merge with the version that ran them',
    );
}

function expectEachOnce(shards: readonly ShardRun[]): void {
  for (const [place, { started, shard, folder }] of shards.entries()) {
    const twin = shards.slice(0, place).find((it) => it.shard.index === shard.index);
    if (!twin) continue;
    const what = twin.started.runId === started.runId ? 'the same run' : 'two runs of it';
    throw new DrillError(
      'usage',
      `${started.drill.name}: shard ${shard.index} of ${shard.of} is there twice, ${what}: ${twin.folder} and ${folder}`,
      'give one folder for each shard',
    );
  }
}

/** What all shards of one run have in common. */
const common: Readonly<Record<string, (run: ShardRun) => unknown>> = {
  'drill file': ({ started }) => started.drill.sha256,
  'git revision': ({ started }) => started.drill.gitRevision,
  'version of kong-drill': ({ started }) => started.tool,
  'version of the journal': ({ started }) => `${started.version}`,
  engine: ({ started }) => started.engine,
  isolation: ({ started }) => started.isolation,
  'Kong (real, or a rehearsal)': ({ started }) => (started.rehearsal ? 'rehearsal' : 'real'),
  'number of shards': ({ shard }) => `${shard.of}`,
  'split of the cases': ({ shard }) => shard.cases,
  'plan of the drill': ({ started }) => started.drill.content,
};

const hints: Readonly<Record<string, string>> = {
  'split of the cases': 'run all shards with the same drills, --only and --history, or all without --history',
  'plan of the drill':
    'the tools of the machines chose another method of backup: say `method` in the drill, or install the same tools',
};

function expectSame(one: ShardRun, other: ShardRun): void {
  for (const [what, valueOf] of Object.entries(common)) {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (isDeepStrictEqual(a, b)) continue;
    const values = typeof a === 'string' && typeof b === 'string' ? `: ${a} and ${b}` : '';
    throw new DrillError(
      'usage',
      `${one.started.drill.name}: shards ${one.shard.index} and ${other.shard.index} are not of one run, another ${what}${values}`,
      hints[what] ?? 'run all shards from the same commit, with the same version, engine and options',
    );
  }
}

function expectAll({ started, shard }: ShardRun, shards: readonly ShardRun[]): void {
  const given = new Set(shards.map((it) => it.shard.index));
  const missing = shard.cases.filter((it) => !given.has(it.shard));
  if (missing.length === 0) return;
  const indices = [...new Set(missing.map((it) => it.shard))].sort((a, b) => a - b);
  throw new DrillError(
    'usage',
    `${started.drill.name}: missing ${indices.length === 1 ? 'shard' : 'shards'} ${indices.join(', ')} of ${shard.of}, with ${missing.map((it) => it.case).join(', ')}`,
    `run kong-drill run … --shard ${indices[0] ?? 1}/${shard.of}, or give the folder of its reports too`,
  );
}

/** A shard whose journal was made to hold other cases than fell to it. */
function expectOwnCases({ started, shard, folder }: ShardRun): void {
  const skipped = new Set(started.skipped.map(({ recovery }) => recovery));
  const expected = shard.cases.filter((it) => it.shard === shard.index && !skipped.has(it.recovery));
  const [ran, fell] = [started.cases, expected].map((cases) => cases.map((it) => it.case));
  if (isDeepStrictEqual(ran, fell)) return;
  throw new DrillError(
    'usage',
    `${folder}: expected the cases that fell to shard ${shard.index}, ${fell?.join(', ') ?? ''}, got ${ran?.join(', ') ?? ''}`,
    'this journal was changed after it was written; `kong-drill verify` names what no longer fits',
  );
}

function expectOneSoftware(shards: readonly ShardRun[]): void {
  const seen = new Map<string, { readonly software: Software; readonly index: number }>();
  for (const run of shards)
    for (const software of ownEvents(run, 'software').flatMap((it) => it.software)) {
      const before = seen.get(software.name);
      if (before && !isDeepStrictEqual(before.software, software))
        throw new DrillError(
          'usage',
          `${run.started.drill.name}: shards ${before.index} and ${run.shard.index} ran with another ${software.name}: ${textOf(before.software)} and ${textOf(software)}`,
          'give all machines the same images or programs, and run the shards again',
        );
      seen.set(software.name, { software, index: run.shard.index });
    }
}

const textOf = ({ version, kind, digest }: Software): string =>
  [version, `(${kind})`, ...(digest === undefined ? [] : [digest])].join(' ');

/** A path that one machine tried and another could not is neither tried nor skipped. */
function expectSkippedByAll(shards: readonly ShardRun[]): void {
  for (const { started, shard } of shards)
    for (const { recovery, reason } of started.skipped) {
      const tried = shards.find((it) => it.started.cases.some((one) => one.recovery === recovery));
      if (!tried) continue;
      throw new DrillError(
        'usage',
        `${started.drill.name}: shard ${shard.index} skipped ${recovery} (${reason}), and shard ${tried.shard.index} tried it`,
        'give all machines the same tools, and run the shards again',
      );
    }
}
