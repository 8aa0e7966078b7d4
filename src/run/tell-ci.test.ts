import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildJournal } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { tellCi } from './tell-ci.js';

const missed = judge(buildJournal({ cases: [{ outage: { fromMs: 0, toMs: 29_000 } }] }));
const runs = [{ result: { ...missed, verdict: 'missed' as const }, folder: 'reports/a' }];

test('tell github - nothing outside of GitHub Actions', async () => {
  await tellCi(runs, { GITHUB_STEP_SUMMARY: '/nowhere' }, () => assert.fail('told'));
});

test('tell github - appends to the summary, within what is left of its limit', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'github-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'summary.md');
  const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: file };
  await writeFile(file, 'before\n');
  await tellCi(runs, environment, () => undefined);
  assert.match(await readFile(file, 'utf8'), /^before\n## Recovery drills/);
  await writeFile(file, 'x'.repeat(1_023_000));
  await tellCi(runs, environment, () => undefined);
  assert.ok((await readFile(file)).length < 1024 * 1024);
});

test('tell azure - where Azure Pipelines runs the drills, and only there', async () => {
  const told: string[] = [];
  await tellCi(runs, { TF_BUILD: 'True' }, (text) => told.push(text));
  assert.match(told.join(''), /^##vso\[task\.logissue .*\n##vso\[task\.uploadsummary\]\/.*report\.md\n$/s);
});

test('tell github - a summary that cannot be written is told, and is no error', async () => {
  const told: string[] = [];
  const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/at/all' };
  await tellCi(runs, environment, (text) => told.push(text));
  assert.match(told.at(-1) ?? '', /^the summary of this step cannot be written: ENOENT/);
});
