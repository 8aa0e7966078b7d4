import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Readiness } from '../engine/engine.js';
import { DrillError } from '../model/drill-error.js';
import type { Plan } from '../model/plan.js';
import { chooseCases } from './choose-cases.js';

const sync = {
  recovery: 'sync',
  id: 'sync#1',
  stages: [{ stage: {}, steps: [{ action: { kind: 'deck-sync' } }] }],
};
const reattach = { recovery: 'reattach', id: 'reattach#1', stages: [] };
const planOf = (...cases: object[]) =>
  ({ cases, state: {}, failures: [], artifacts: new Map() }) as unknown as Plan;
const why = { message: 'KONG_DRILL_DECK: expected a decK program, got "/nope"', hint: 'correct or unset it' };
const readiness: Readiness = {
  software: [],
  rehearsal: true,
  tools: new Set(['kong']),
  refusals: [],
  broken: new Map([['deck', why]]),
};

test('choose cases - a tool that does not work costs the paths that need it, with why and what to do', () => {
  assert.throws(
    () => chooseCases(planOf(sync), readiness, { only: [], skipUnavailable: false }),
    (error) => {
      assert.ok(error instanceof DrillError);
      assert.equal(error.message, `sync: ${why.message}`);
      assert.equal(error.hint, 'correct or unset it, or pass --skip-unavailable');
      return true;
    },
  );
  const { skipped } = chooseCases(planOf(sync), readiness, { only: [], skipUnavailable: true });
  assert.deepEqual(skipped, [{ recovery: 'sync', reason: why.message }]);
  const { cases } = chooseCases(planOf(reattach), readiness, { only: [], skipUnavailable: false });
  assert.equal(cases.length, 1);
});
