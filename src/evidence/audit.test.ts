import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { renderAudit } from '../report/files.js';
import { historyText } from '../report/history-text.js';
import { makeRun } from '../testing/sealed-run.js';
import { auditOf } from './audit.js';
import { historyOf } from './history.js';

const slow = { cases: [{ outage: { fromMs: 500, toMs: 200_000 } }] };
const period = {
  fromUtc: new Date('2026-11-23T00:00:00Z'),
  toUtc: new Date('2026-11-24T00:00:00Z'),
  tool: 'kong-drill 0.1.0',
  publicKeyPems: [],
};

async function reportsFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('audit - coverage, failures with their retests, and the programme that was not kept', async (context) => {
  const reports = await reportsFolder(context);
  await makeRun(reports, { shape: slow });
  await makeRun(reports, { shape: { rehearsal: true } });
  await makeRun(reports);
  await makeRun(reports, { startedUtc: new Date('2026-11-25T00:00:00Z') });
  const programme = {
    drills: [
      { drill: 'postgres-lost', disaster: 'lose postgres' },
      { drill: 'kong-lost', disaster: 'lose kong' },
    ],
  };
  const pack = await auditOf({ ...period, reportsFolder: reports, programme });
  assert.deepEqual(
    pack.runs.map((it) => it.faults),
    [[], [], []],
  );
  assert.deepEqual(pack.holes, []);
  assert.deepEqual(pack.notDrilled, ['lose kong']);
  const [cell, ...others] = pack.coverage;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [cell?.disaster, cell?.stages, cell?.rehearsals],
    ['lose postgres', 'database-restore', 1],
  );
  const [failure] = pack.failures;
  assert.notEqual(failure?.verdict, 'met');
  assert.equal(failure?.retest?.runId, pack.runs[2]?.runId, 'a rehearsal retests no real failure');
  const files = await renderAudit(pack);
  assert.match(files.get('audit.html') ?? '', /RECORD WHOLE/);
  assert.match(files.get('audit.md') ?? '', /\| lose kong \| not drilled \|/);
});

test('audit - holes: a run killed, a folder gone, one never entered, a changed file', async (context) => {
  const reports = await reportsFolder(context);
  await makeRun(reports, { sealed: false });
  const gone = await makeRun(reports);
  const changed = await makeRun(reports);
  await cp(changed, `${changed}-copy`, { recursive: true });
  await rm(gone, { recursive: true });
  await appendFile(join(changed, 'report.md'), 'x');
  const pack = await auditOf({ ...period, reportsFolder: reports });
  assert.match(pack.holes.join('\n'), /began and never ended/);
  assert.match(pack.holes.join('\n'), /-copy holds a run that was never entered/);
  assert.match(pack.runs[1]?.faults[0] ?? '', /its folder .* is gone/);
  assert.match(pack.runs[2]?.faults.join() ?? '', /report\.md was changed/);
  assert.equal(pack.notDrilled, undefined);
  assert.match((await renderAudit(pack)).get('audit.html') ?? '', /RECORD WITH HOLES.*NOT PROVIDED/s);
});

test('history - a line of marks for each path, and evidence that is stale', async (context) => {
  const reports = await reportsFolder(context);
  await makeRun(reports, { shape: { rehearsal: true } });
  await makeRun(reports, { shape: slow });
  await makeRun(reports);
  const [drill] = await historyOf(reports);
  assert.ok(drill);
  const shown = { ...drill, otherImages: [{ image: 'kong:3.9', then: 'sha256:a', now: 'sha256:b' }] };
  const programme = { every: '7d', drills: [{ drill: 'kong-lost', disaster: 'lose kong' }] };
  const text = historyText([shown], programme, new Date('2026-12-01T22:00:00Z'));
  assert.match(
    text,
    /^postgres-lost: STALE, last real run 2026-11-23T22:00:00\.000Z, 8 days ago, due every 168 h/,
  );
  assert.match(text, /\n {2}restore-db {2}1 rehearsal [✗?]✓ {2}met, traffic 4\.93–5\.04 s; 2 of 3 met\n/);
  const untried = { drill: 'deck', runs: drill.runs.map((it) => ({ ...it, paths: [] })), otherImages: [] };
  assert.match(historyText([untried], programme, new Date()), /^deck: STALE, no path was ever tried/);
  assert.match(text, /kong:3\.9 is another image today \(sha256:b\)/);
  assert.match(text, /kong-lost: NEVER RUN/);
  assert.match(
    historyText([shown], { ...programme, every: '9d' }, new Date('2026-12-01T22:00:00Z')),
    /: fresh,/,
  );
});
