import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindComparison, NewEvent, Opinion } from '../model/journal.js';
import { buildJournal, kindComparison } from '../testing/journal-builder.js';
import { judge } from './judge.js';

type Notes = readonly { readonly level: string; readonly text: string }[];

function opinion(kind: string, changes: Partial<Opinion> = {}): Opinion {
  return { kind, held: 12, usual: 0, created: 0, updated: 0, deleted: 0, first: [], ...changes };
}

function notes(
  theirs: readonly Opinion[],
  ours: readonly KindComparison[] = [kindComparison('routes')],
  error?: string,
): Notes {
  const said: NewEvent = {
    kind: 'second-opinion',
    tool: 'deck',
    kinds: [...theirs],
    ...(error === undefined ? {} : { error }),
  };
  const edit = (event: NewEvent): readonly NewEvent[] =>
    event.kind === 'comparison' && event.case !== undefined
      ? [
          { ...event, kinds: [...ours] },
          { ...said, case: event.case },
        ]
      : [event];
  const [found] = judge(buildJournal({ cases: [{ edit }] })).cases;
  assert.ok(found);
  const agreed = found.secondOpinion === undefined ? [] : [{ level: 'agreed', text: found.secondOpinion }];
  return [...agreed, ...found.notes];
}

test('second opinion - both see nothing: they agree', () => {
  assert.deepEqual(notes([opinion('routes')]), [
    { level: 'agreed', text: '`deck diff` agrees with the comparison' },
  ]);
});

test('second opinion - both see a difference of one kind: they agree', () => {
  const found = notes([opinion('routes', { created: 1 })], [kindComparison('routes', { missing: 1 })]);
  assert.deepEqual(
    found.map(({ level }) => level),
    ['agreed'],
  );
});

test('second opinion - decK alone sees one: a finding, with what decK would do', () => {
  const [found, ...more] = notes([opinion('routes', { created: 1, first: ['created route open'] })]);
  assert.equal(found?.level, 'finding');
  assert.match(found.text, /create 1, update 0 and delete 0 in routes, .*: created route open$/);
  assert.deepEqual(more, []);
});

test('second opinion - decK alone sees a kind that was not compared: a finding', () => {
  assert.equal(notes([opinion('routes'), opinion('gizmo', { deleted: 1 })])[0]?.level, 'finding');
});

test('second opinion - decK finds what it found of an untouched Kong: explained; more than that: a finding', () => {
  const keys = [kindComparison('key-auth')];
  const [same] = notes([opinion('key-auth', { updated: 2, usual: 2 })], keys);
  assert.equal(same?.level, 'agreed');
  assert.match(same.text, /key-auth: it finds 2 changed, as it did/);
  assert.equal(notes([opinion('key-auth', { updated: 3, usual: 2 })], keys)[0]?.level, 'finding');
});

test('second opinion - decK sees nothing: explained where it cannot, a finding where it could', () => {
  const lost = kindComparison('key-sets', { missing: 2 });
  assert.match(notes([], [lost])[0]?.text ?? '', /key-sets: this decK does not read them/);
  const hashed = kindComparison('basic-auth', {
    changed: 1,
    changedSets: [{ fields: ['password'], count: 1 }],
  });
  assert.match(notes([opinion('basic-auth')], [hashed])[0]?.text ?? '', /fields that decK does not compare/);
  const renewed = kindComparison('routes', { changed: 1, changedSets: [{ fields: ['id'], count: 1 }] });
  assert.equal(notes([opinion('routes')], [renewed])[0]?.level, 'agreed');

  const other = kindComparison('routes', {
    changed: 1,
    changedSets: [{ fields: ['id', 'paths'], count: 1 }],
  });
  const [found] = notes([opinion('routes')], [other]);
  assert.equal(found?.level, 'finding');
  assert.match(found.text, /decK sees no difference in routes, and the comparison does: .*1 changed/);
  const missing = kindComparison('routes', {
    missing: 1,
    changed: 1,
    changedSets: [{ fields: ['id'], count: 1 }],
  });
  assert.equal(notes([opinion('routes')], [missing])[0]?.level, 'finding');
});

test('second opinion - none was given: said, with the reason', () => {
  assert.deepEqual(notes([], undefined, 'exit code 1'), [
    { level: 'warning', text: 'decK gave no second opinion: exit code 1' },
  ]);
});

test('second opinion - without decK nothing is said', () => {
  const [found] = judge(buildJournal()).cases;
  assert.deepEqual([found?.secondOpinion, found?.notes], [undefined, []]);
});
