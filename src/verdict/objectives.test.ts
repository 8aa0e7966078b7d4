import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { exampleDrill } from '../testing/journal-builder.js';
import { drillOf, objectivesOf } from './objectives.js';

test('objectives - what a drill does not say has the defaults of the language', () => {
  const { name, state, failure, recovery } = exampleDrill;
  assert.deepEqual(objectivesOf({ name, state, failure, recovery }), {
    rtoMs: {},
    rpoMs: undefined,
    parity: 'equivalent',
    behaviour: 'required',
    declaredLoss: [],
    require: 'all',
    impact: { traffic: 'undeclared', uncached: 'undeclared', config: 'undeclared' },
    workers: 2,
    regressionRuns: undefined,
  });
});

test('objectives - what a drill says is asked for, in milliseconds', () => {
  const declaredLoss = [{ recovery: 'restore-db', kinds: ['routes'], reason: 'hashes' }];
  const asked = objectivesOf({
    ...exampleDrill,
    topology: { kong: { workers: 4 } },
    require: 'any',
    impact: { traffic: 'none' },
    objectives: {
      rto: { traffic: '90s' },
      rpo: '2h',
      behaviour: 'ignored',
      regression: { runs: 5 },
      parity: { level: 'identical', declaredLoss },
    },
  });
  assert.deepEqual(asked, {
    rtoMs: { traffic: 90_000 },
    rpoMs: 7_200_000,
    parity: 'identical',
    behaviour: 'ignored',
    declaredLoss,
    require: 'any',
    impact: { traffic: 'none', uncached: 'undeclared', config: 'undeclared' },
    workers: 4,
    regressionRuns: 5,
  });
  assert.equal(objectivesOf({ ...exampleDrill, topology: {} }).workers, 2);
});

for (const content of [undefined, null, 'a drill', {}, { recovery: {} }, { failure: [] }]) {
  test(`objectives - ${typeof content} ${JSON.stringify(content)} is no drill`, () => {
    assert.throws(
      () => drillOf(content),
      (error) => {
        assert.ok(error instanceof DrillError);
        assert.deepEqual(
          [error.code, error.message, error.hint],
          [
            'usage',
            'the journal does not hold the drill that it is of',
            'judge a journal as kong-drill wrote it; `kong-drill verify` names what was changed',
          ],
        );
        return true;
      },
    );
  });
}
