import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleDrill } from '../testing/journal-builder.js';
import { expectedText, expectedTimes } from './expected-time.js';
import { explainPlan } from './explain.js';
import { leastOfWholeCase, planDrill } from './plan.js';

const stages = exampleDrill.recovery['restore-db'] ?? [];
const drill = { ...exampleDrill, repeat: 2, recovery: { known: stages, unknown: stages } };
const plan = planDrill(drill, { folder: '/drills' });
const past = new Map([
  ['known', { meanMs: 50_000, phasesMs: new Map(), engine: 'containers', utc: '2026-11-25T02:00:00.000Z' }],
]);

test('expected time - as an earlier run took, else the least that the steps need, each with its source', () => {
  const [known, unknown] = expectedTimes(plan, past);
  assert.ok(known && unknown);
  assert.deepEqual([known.recovery, known.caseMs, known.cases], ['known', 50_000, 2]);
  assert.equal(expectedText(known), '50.00 s (as in the run of 2026-11-25 02:00 UTC, engine containers)');
  const [least] = plan.cases.filter(({ recovery }) => recovery === 'unknown');
  assert.equal(unknown.caseMs, least && leastOfWholeCase(plan, least));
  assert.match(expectedText(unknown), /^at least .* \(an estimate, no earlier run is known: /);
});

test('expected time - the plan tells all of it: a sum that rests on an estimate is one', () => {
  const [known] = plan.cases;
  assert.ok(known);
  const only = { ...plan, cases: plan.cases.filter(({ recovery }) => recovery === 'known') };
  assert.match(explainPlan(only, past), /Expected to take 1 min 40 s, one case after another/);
  assert.match(explainPlan(only, past), / known, 2 times: 50\.00 s \(as in the run of /);
  assert.match(explainPlan(plan, past), /Expected to take at least /);
});
