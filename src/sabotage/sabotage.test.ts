import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaseResult } from '../model/verdict.js';
import { buildJournal, kindComparison } from '../testing/journal-builder.js';
import type { CaseShape } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderSabotage } from './render.js';
import { newlyUnmet, verdictOf } from './sabotage.js';
import type { AttackResult } from './sabotage.js';

function caseOf(shape: CaseShape = {}): CaseResult {
  const [found] = judge(buildJournal({ cases: [shape] })).cases;
  assert.ok(found);
  return found;
}

const withoutRoute: CaseShape = {
  edit: (event) =>
    event.kind === 'comparison' ? [{ ...event, kinds: [kindComparison('routes', { missing: 1 })] }] : [event],
};

test('sabotage - caught by what is met without the attack and not with it', () => {
  assert.deepEqual(newlyUnmet(caseOf(), caseOf()), []);
  assert.deepEqual(newlyUnmet(caseOf(), caseOf(withoutRoute)), ['parity:routes']);
  assert.deepEqual(newlyUnmet(caseOf(withoutRoute), caseOf(withoutRoute)), []);
  assert.deepEqual(newlyUnmet(caseOf(), undefined), []);
});

test('sabotage - a run that broke off, or left something, saw nothing by that', () => {
  assert.deepEqual(newlyUnmet(caseOf(), caseOf({ cutAt: 'comparison' })), []);
  const broken: CaseShape = {
    edit: (event) =>
      event.kind === 'case-ended'
        ? [{ ...event, outcome: 'failed', error: 'the Docker engine has not answered' }]
        : event.kind === 'cleaned-up'
          ? [{ ...event, ok: false, left: ['a volume'] }]
          : [event],
  };
  assert.deepEqual(newlyUnmet(caseOf(), caseOf(broken)), []);
});

const result = (outcome: AttackResult['outcome']): AttackResult => ({
  recovery: 'restore-db',
  attack: 'route-left-out',
  outcome,
  detail: 'the route a was removed',
  seenBy: outcome === 'caught' ? ['parity:routes', 'a', 'b', 'c', 'd'] : [],
});

test('sabotage - one attack unseen is too weak, none made proves nothing', () => {
  const verdict = (...outcomes: readonly AttackResult['outcome'][]) => verdictOf(outcomes.map(result));
  assert.equal(verdict('caught', 'not-applicable'), 'strong');
  assert.equal(verdict('caught', 'unproven', 'unseen'), 'too-weak');
  assert.equal(verdict('caught', 'unproven'), 'unproven');
  assert.equal(verdict('not-applicable'), 'unproven');
  assert.equal(verdict(), 'unproven');
});

test('sabotage - each attack is a line, with what saw it', () => {
  const attacks = [result('caught'), result('unseen')];
  assert.equal(
    renderSabotage({ drill: 'd', verdict: 'too-weak', attacks }),
    [
      'd: TOO WEAK: what went unseen here would go unseen in a real recovery.',
      '  ✓ caught          restore-db: route-left-out: the route a was removed',
      '                    seen by parity:routes, a, b, c and 1 more',
      '  ✗ UNSEEN          restore-db: route-left-out: the route a was removed',
      '',
    ].join('\n'),
  );
});
