import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult, ObjectiveResult, RunResult, Verdict } from '../model/verdict.js';
import { inconclusive, met, missed } from './objective.js';
import { caseSentence, runSentence } from './sentences.js';

const traffic = { group: 'rto-traffic', title: 'RTO of Traffic' } as const;
const routes = { group: 'parity', title: 'Parity of Routes' } as const;
const run = { group: 'run', title: 'Run' } as const;

test('sentences - what was met: after how long each clock was back, and no other figure', () => {
  const measured = { lowerMs: 4_210, upperMs: 4_350 };
  const judged = [
    met({ group: 'steady-state', title: 'Steady state' }, 'All was well.'),
    met({ ...traffic, measured }, 'In time.'),
    met({ ...traffic, group: 'rto-config', measured: { lowerMs: 58_020, upperMs: null } }, 'In time.'),
    met({ ...traffic, group: 'rto-parity' }, 'No outage seen.'),
    met({ group: 'rpo', title: 'RPO', measured }, 'Within the target.'),
  ];
  assert.equal(
    caseSentence('restore-db', 'met', judged),
    'restore-db met every objective; back after the failure: traffic 4.21–4.35 s, config over 58.02 s.',
  );
  assert.equal(caseSentence('restore-db', 'met', judged.slice(0, 1)), 'restore-db met every objective.');
});

test('sentences - what was missed: the first that was, with its reason, and how many more were', () => {
  const said = (...judged: ObjectiveResult[]) => caseSentence('restore-db', 'missed', judged);
  const late = missed(traffic, '4.35 s is beyond 1 s.');
  const differs = missed(routes, '3 of 4.5 differ');
  const others = [met(routes, 'Equal.'), inconclusive(run, 'Cut off.')];
  assert.equal(said(...others, late, ...others), 'restore-db missed RTO of Traffic: 4.35 s is beyond 1 s.');
  assert.equal(said(differs, late), 'restore-db missed parity of Routes: 3 of 4.5 differ, and 1 more.');
  assert.equal(
    said(late, differs, late),
    'restore-db missed RTO of Traffic: 4.35 s is beyond 1 s, and 2 more.',
  );
});

test('sentences - what proves nothing: what is not known, or what broke the run, which needs no title', () => {
  const said = (...judged: ObjectiveResult[]) => caseSentence('restore-db', 'inconclusive', judged);
  const unknown = inconclusive(routes, 'Kong 3.9 was not read.');
  const cut = inconclusive(run, 'The run of v0.1 was cut off.');
  assert.equal(said(unknown), 'restore-db proves nothing yet, parity of Routes: Kong 3.9 was not read.');
  assert.equal(said(cut), 'restore-db proves nothing: the run of v0.1 was cut off.');
  assert.equal(said(cut, unknown), 'restore-db proves nothing: the run of v0.1 was cut off, and 1 more.');
  assert.equal(
    said(unknown, cut),
    'restore-db proves nothing yet, parity of Routes: Kong 3.9 was not read, and 1 more.',
  );
  assert.equal(said(), 'restore-db: nothing was judged.');
});

const path = (recovery: string, verdict: Verdict): RunResult['paths'][number] => ({
  ...{ recovery, verdict, required: true, repetitions: 1, met: 0 },
});
const one = (recovery: string, verdict: Verdict, sentence: string) =>
  ({ recovery, verdict, sentence }) as CaseResult;
type Figures = Parameters<typeof runSentence>[0];
const figures: Figures = {
  rehearsal: false,
  skipped: [],
  verdict: 'missed',
  paths: [path('a', 'met'), path('b', 'missed'), path('c', 'missed')],
  cases: [
    one('b', 'met', 'b met.'),
    one('a', 'met', 'a met.'),
    one('b', 'missed', 'b missed.'),
    one('b', 'missed', 'b missed again.'),
    one('c', 'missed', 'c missed.'),
  ],
};

test('sentences - of a run: how many paths share its verdict, and the first such case of each', () => {
  const said = (more: Partial<Figures>) => runSentence({ ...figures, ...more });
  assert.equal(said({}), '2 of 3 recovery paths missed the objectives. b missed. c missed.');
  assert.equal(said({ verdict: 'met' }), '1 of 3 recovery paths met the objectives. a met.');
  assert.equal(
    said({ verdict: 'met', paths: [path('a', 'met')] }),
    '1 of 1 recovery path met the objectives. a met.',
  );
  const paths = [path('d', 'inconclusive'), path('a', 'met')];
  assert.equal(
    said({ verdict: 'inconclusive', paths, cases: [one('d', 'inconclusive', 'd proves nothing.')] }),
    'No verdict: 1 of 2 recovery paths proved nothing. d proves nothing.',
  );
});

test('sentences - of a run: that it was a rehearsal comes first, and what was skipped last', () => {
  const skipped = ['y', 'z'].map((recovery) => ({ recovery, reason: 'no decK' }));
  const rehearsed = { ...figures, rehearsal: true, skipped };
  assert.equal(
    runSentence(rehearsed),
    'Rehearsal with a stand-in for Kong: 2 of 3 recovery paths missed the objectives. b missed. c missed. Skipped: y, z.',
  );
  assert.equal(
    runSentence({ ...rehearsed, paths: [] }),
    'Rehearsal with a stand-in for Kong: No recovery path was tried: nothing is proved. Skipped: y, z.',
  );
  assert.equal(runSentence({ ...figures, paths: [] }), 'No recovery path was tried: nothing is proved.');
});
