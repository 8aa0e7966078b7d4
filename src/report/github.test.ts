import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunResult } from '../model/verdict.js';
import { buildJournal } from '../testing/journal-builder.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderGithubAnnotations, renderGithubSummary } from './github.js';
import type { Reported } from './github.js';

const slow = { outage: { fromMs: 1_000, toMs: 200_000 } };

function reported(shape: JournalShape, edit: (result: RunResult) => RunResult = (it) => it): Reported {
  return { result: edit(judge(buildJournal(shape))), folder: 'reports/postgres-lost/now' };
}

test('github - the summary holds every verdict, and the whole reports while they fit', () => {
  const runs = [reported({}), reported({ rehearsal: true, cases: [slow] })];
  const summary = renderGithubSummary(runs);
  assert.match(summary, /\| ✓ met \| postgres-lost \| real \|/);
  assert.match(summary, /\| (✗ missed|\? inconclusive) \| postgres-lost \| rehearsal \|/);
  assert.equal(summary.match(/<details><summary>postgres-lost: the whole report/g)?.length, 2);
  assert.equal(summary.match(/<details>/g)?.length, summary.match(/<\/details>/g)?.length);
});

test('github - a summary never exceeds its limit, and says which report was left out', () => {
  const runs = [reported({}), reported({}), reported({})];
  const whole = Buffer.byteLength(renderGithubSummary(runs));
  for (let limitBytes = 0; limitBytes <= whole + 10; limitBytes += 997) {
    const summary = renderGithubSummary(runs, limitBytes);
    assert.ok(Buffer.byteLength(summary) <= limitBytes);
    assert.equal(summary.match(/<details>/g)?.length, summary.match(/<\/details>/g)?.length);
    if (limitBytes > 3_000)
      assert.equal(summary.match(/whole report|is too large for a summary/g)?.length, 3, String(limitBytes));
  }
});

test('github - annotations: none where all is met; missed is an error, unproved a warning, not required a notice', () => {
  assert.deepEqual(renderGithubAnnotations([reported({})]), []);
  const verdicts = (verdict: 'missed' | 'inconclusive', required = true) =>
    reported({}, (result) => ({
      ...result,
      verdict,
      paths: result.paths.map((path) => ({ ...path, verdict, required })),
      cases: result.cases.map((it) => ({ ...it, verdict, sentence: '100 % lost:\n::set-env name=A::b' })),
    }));
  assert.deepEqual(
    renderGithubAnnotations([verdicts('inconclusive'), verdicts('missed', false), verdicts('missed')]),
    [
      '::error file=drills/postgres-lost.yaml,title=postgres-lost%3A restore-db missed::100 %25 lost: ::set-env name=A::b',
      '::warning file=drills/postgres-lost.yaml,title=postgres-lost%3A restore-db inconclusive::100 %25 lost: ::set-env name=A::b',
      '::notice file=drills/postgres-lost.yaml,title=postgres-lost%3A restore-db missed%2C not required::100 %25 lost: ::set-env name=A::b',
    ],
  );
  const many = renderGithubAnnotations(Array.from({ length: 12 }, () => verdicts('missed')));
  assert.equal(many.length, 10);
  assert.match(many[9] ?? '', /^::error title=kong-drill::3 more recovery paths/);
});

test('github - a run in which no path was tried is annotated too', () => {
  const none = reported({ cases: [], skipped: [{ recovery: 'restore-db', reason: 'no pg_dump' }] });
  assert.match(renderGithubAnnotations([none])[0] ?? '', /^::warning .*No recovery path was tried/);
});
