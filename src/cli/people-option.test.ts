import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peopleOf } from './people-option.js';

const given = (...people: string[]) => ({
  operands: [],
  flag: () => false,
  text: () => undefined,
  list: (name: string) => (name === 'people' ? people : []),
});

test('people - the command line stands before the environment', () => {
  const environment = {
    KONG_DRILL_OPERATOR: 'Ada',
    KONG_DRILL_OBJECTIVES_FROM: 'BIA 7',
    KONG_DRILL_TICKET: '',
  };
  assert.deepEqual(
    peopleOf(given('operator=Grace = Hopper', 'participants=a', 'participants=b'), environment),
    {
      operator: 'Grace = Hopper',
      objectivesFrom: 'BIA 7',
      participants: ['a', 'b'],
    },
  );
});

test('people - a word that there is not gets a guess', () => {
  assert.throws(() => peopleOf(given('aprover=x'), {}), /got "aprover=x"; did you mean approver\?/);
  assert.throws(() => peopleOf(given('operator'), {}), /expected WORD=TEXT/);
});
