import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { JournalEvent } from '../model/journal.js';
import type { RunResult } from '../model/verdict.js';
import { renderReports } from '../report/files.js';
import { systemClock } from '../system/clock.js';
import { buildJournal, exampleDrill, kindComparison } from '../testing/journal-builder.js';
import { keyPair, makeRun, redraw } from '../testing/sealed-run.js';
import { apart } from '../testing/shards.js';
import { judge } from '../verdict/judge.js';
import { writeManifest } from './manifest.js';
import { mergedBefore, mergeShards } from './merge.js';
import { signManifest } from './signature.js';
import { findShards } from './shard-run.js';
import { verifyRun } from './verify.js';

const tool = 'kong-drill 0.1.0';
const { privatePem: signingKeyPem, publicPem } = keyPair();
const stage = exampleDrill.recovery['restore-db'] ?? [];

/** Two paths, twice each; one of the cases has lost a route. */
const whole = buildJournal({
  drill: { recovery: { 'restore-db': stage, 'replay-ci': stage }, repeat: 2 },
  skipped: [{ recovery: 'spare', reason: 'left out by --only' }],
  cases: [
    {},
    {
      recovery: 'replay-ci',
      edit: (event) =>
        event.kind === 'comparison'
          ? [{ ...event, kinds: [kindComparison('routes', { missing: 1, after: 11 })] }]
          : [event],
    },
    { repetition: 2, outage: { fromMs: 500, toMs: 9_000 } },
    { recovery: 'replay-ci', repetition: 2 },
  ],
});

async function temporary(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'merge-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Each shard in the reports of a machine of its own. @returns the folders of reports. */
async function machines(
  root: string,
  journals: readonly (readonly JournalEvent[])[],
  options: { readonly signingKeyPem?: string; readonly unsealed?: number } = {},
): Promise<readonly string[]> {
  const reports = journals.map((_, place) => join(root, `machine-${place + 1}`));
  for (const [place, events] of journals.entries()) {
    const { unsealed, ...key } = options;
    await makeRun(reports[place] ?? '', { events, sealed: place !== unsealed, ...key });
  }
  return reports;
}

async function merge(root: string, paths: readonly string[]) {
  const { shards } = await findShards(paths);
  const terms = { reportsFolder: join(root, 'merged'), junitFlavor: 'jenkins', tool, signingKeyPem } as const;
  return await mergeShards(shards, { ...terms, clock: systemClock() });
}

/** What a merged run says that a run on one machine does not: its own id, and which shards it is of. */
function asOnOneMachine(result: RunResult): RunResult {
  const { merged, ...rest } = result;
  assert.ok(merged);
  return { ...rest, runId: judge(whole).runId };
}

for (const of of [1, 2, 3]) {
  test(`merge - ${of} of the same events apart: every report is that of the run on one machine`, async (context) => {
    const root = await temporary(context);
    const { result, folder } = await merge(root, await machines(root, apart(whole, of)));
    assert.deepEqual(asOnOneMachine(result), judge(whole));
    const junit = { flavor: 'jenkins', baseFolder: folder } as const;
    const expected = await renderReports(judge(whole), junit);
    const drawn = await renderReports(asOnOneMachine(result), junit);
    assert.deepEqual([...drawn], [...expected]);
    const xml = await readFile(join(folder, 'TEST-postgres-lost.xml'), 'utf8');
    assert.equal(xml.replaceAll(result.runId, judge(whole).runId), expected.get('TEST-postgres-lost.xml'));
  });
}

test('merge - the reports name each shard, its machine and its cases, and times of day are those of the machine', async (context) => {
  const root = await temporary(context);
  const journals = apart(whole, 2).map((events, place) =>
    events.map((event): JournalEvent => {
      if (event.kind === 'run-started') return { ...event, utc: `2026-11-23T22:0${place}:00.000Z` };
      return event.kind === 'host' ? { ...event, facts: { ...event.facts, hostname: `ci-${place}` } } : event;
    }),
  );
  const { result, folder } = await merge(root, await machines(root, journals));
  const text = await readFile(join(folder, 'report.md'), 'utf8');
  assert.match(
    text,
    /Shard 2 of 2 \| run [0-9a-f]+; started 2026-11-23T22:01:00\.000Z; replay-ci#1, replay-ci#2/,
  );
  assert.match(text, /Host of shard 2 \| .*hostname: ci-1/);
  assert.match(text, /The cases ran on 2 machines/);
  assert.match(text, /restore-db#1 \| provision \| 2026-11-23T22:00:00\.011Z/);
  assert.match(text, /replay-ci#1 \| provision \| 2026-11-23T22:01:00\.011Z/);
  assert.equal(result.host.hostname, undefined);
  const xml = await readFile(join(folder, 'TEST-postgres-lost.xml'), 'utf8');
  assert.match(xml, /hostname="ci-0 ci-1"/);
});

test('merge - what each machine pulled is shown', async (context) => {
  const root = await temporary(context);
  const pulling = apart(whole, 2).map(([started, ...others], place) => {
    assert.ok(started);
    const images = [{ image: `kong:3.${place}`, tookMs: 1_000 }];
    const events = [started, { seq: 0, t: 0, kind: 'images-pulled', images } as const, ...others];
    return events.map((event, seq) => ({ ...event, seq }));
  });
  const { result } = await merge(root, await machines(root, pulling));
  assert.match(result.limits.join('\n'), /kong:3\.0 \(1\.00 s\), kong:3\.1 \(1\.00 s\)/);
});

test('merge - the merged run verifies, with the index of every machine', async (context) => {
  const root = await temporary(context);
  const paths = await machines(root, apart(whole, 3), { signingKeyPem });
  const { folder } = await merge(root, paths);
  const { ok, checks } = await verifyRun(folder, { publicKeyPems: [publicPem], tool });
  assert.deepEqual(
    checks.map((it) => [it.name, it.verdict, it.details]),
    ['manifest', 'signature', 'index', 'journal', 'reports', 'shards'].map((name) => [name, 'good', []]),
  );
  assert.equal(ok, true);
});

test('merge - forged after the merge: a figure of a shard, with all that follows from it made anew and signed', async (context) => {
  const root = await temporary(context);
  const { folder } = await merge(root, await machines(root, apart(whole, 2), { signingKeyPem }));
  const bad = async () =>
    (await verifyRun(folder, { tool })).checks.filter((it) => it.verdict === 'bad').map((it) => it.name);
  const file = join(folder, 'journal.ndjson');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"missing":1', '"missing":0'));
  await redraw(folder);
  await writeManifest(folder);
  await signManifest(folder, signingKeyPem);
  assert.deepEqual(await bad(), ['index', 'shards']);
  await rm(join(folder, 'shards', '2'), { recursive: true });
  await writeManifest(folder);
  assert.deepEqual(await bad(), ['index', 'shards']);
});

test('merge - shards that nobody signed are vouched for by who merged them, and verify says so', async (context) => {
  const root = await temporary(context);
  const { folder } = await merge(root, await machines(root, apart(whole, 2)));
  const { ok, checks } = await verifyRun(folder, { publicKeyPems: [publicPem], tool });
  assert.equal(ok, true);
  assert.match(checks.at(-1)?.details[0] ?? '', /shard 1: its machine did not sign it: whoever merged it/);
});

test('merge - a shard that was killed: what it measured counts, and what is missing is named', async (context) => {
  const root = await temporary(context);
  const journals = apart(whole, 2).map((events, place) =>
    place === 0
      ? events
      : events.slice(
          0,
          events.findIndex((it) => it.kind === 'recovered-steps'),
        ),
  );
  const { result } = await merge(root, await machines(root, journals, { unsealed: 1 }));
  assert.equal(result.complete, false);
  assert.equal(result.exitCode, 3);
  assert.deepEqual(
    result.cases.map((it) => it.outcome),
    ['completed', 'unfinished', 'completed', 'unfinished'],
  );
});

test('merge - refused, and nothing is written: what does not fit together', async (context) => {
  const root = await temporary(context);
  const [one = ''] = await machines(root, apart(whole, 3));
  await assert.rejects(merge(root, [one]), /missing shards 2, 3 of 3, with replay-ci#1, restore-db#2$/);
  await assert.rejects(readFile(join(root, 'merged', 'index.ndjson')), /ENOENT/);
});

test('merge - refused: a run that is no shard', async (context) => {
  const root = await temporary(context);
  const unsharded = await makeRun(root, { events: whole });
  await assert.rejects(
    merge(root, [unsharded]),
    /no shard at .*expected a run that was started with --shard/,
  );
});

test('merge - refused: a shard that was edited, one that lost an event, and one whose drill would lead out of the folder', async (context) => {
  const root = await temporary(context);
  const paths = await machines(root, apart(whole, 2));
  const file = join((await findShards(paths)).shards[0]?.folder ?? '', 'result.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"met"', '"missed"'));
  await assert.rejects(merge(root, paths), /this shard does not hold: result\.json was changed/);
  const outside = apart(whole, 1, (started) => ({
    ...started,
    drill: { ...started.drill, name: '../../out' },
  }));
  const [shard = ''] = await machines(join(root, 'a', 'b', 'c'), apart(whole, 1), { unsealed: 0 });
  const {
    shards: [run],
  } = await findShards([shard]);
  const journal = join(run?.folder ?? '', 'journal.ndjson');
  await writeFile(journal, (await readFile(journal, 'utf8')).replace(/^.*"kind":"streams".*\n/m, ''));
  await assert.rejects(merge(root, [shard]), /this shard does not hold: event 12: expected event 11, got 12/);
  const lines = (outside[0] ?? []).map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(journal, lines.join(''));
  await assert.rejects(merge(root, [run?.folder ?? '']), /no shard at/);
  await writeFile(journal, lines.join('').replace('../../out', 'another'));
  await assert.rejects(merge(root, [run?.folder ?? '']), /its journal is of the drill "another"/);
});

test('merge - of one folder of reports the newest run of each shard counts', async (context) => {
  const root = await temporary(context);
  const reports = join(root, 'reports');
  const [one = [], two = []] = apart(whole, 2);
  for (const events of [one, one, two, whole]) await makeRun(reports, { events });
  const { shards } = await findShards([reports]);
  assert.deepEqual(
    shards.map((it) => it.shard.index),
    [1, 2],
  );
  const { folder } = await merge(root, [reports]);
  assert.equal((await verifyRun(folder, { tool })).ok, true);
  assert.ok(dirname(folder).endsWith('postgres-lost'));
});

test('merge - shards that were merged before are found again, others are not', async (context) => {
  const root = await temporary(context);
  const paths = await machines(root, apart(whole, 2));
  const { shards } = await findShards(paths);
  const reports = join(root, 'merged');
  assert.equal(await mergedBefore(shards, reports), undefined, 'no reports yet');
  const first = await merge(root, paths);
  assert.deepEqual(await mergedBefore(shards, reports), first);
  assert.equal(await mergedBefore(shards.slice(1), reports), undefined, 'a part of them');
  await writeFile(join(first.folder, 'journal.ndjson'), 'no journal\n');
  assert.equal(await mergedBefore(shards, reports), undefined, 'nothing that can be read');
  await rm(join(first.folder, 'journal.ndjson'));
  assert.equal(await mergedBefore(shards, reports), undefined, 'nothing of it is left');
});
