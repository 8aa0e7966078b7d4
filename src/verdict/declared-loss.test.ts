import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KindComparison } from '../model/journal.js';
import {
  coverageOf,
  declarationsFor,
  isWithinDeclared,
  lostKinds,
  staleFields,
  surplusOf,
} from './declared-loss.js';

const plugins: KindComparison = {
  kind: 'plugins',
  role: 'configuration',
  before: 900,
  after: 900,
  identical: 600,
  missing: 0,
  extra: 0,
  changed: 300,
  duplicated: 0,
  reParented: 0,
  unproven: 0,
  differences: [],
};

function declared(...fields: string[]): Parameters<typeof coverageOf>[1] {
  return [{ recovery: 'sync-deck', kinds: ['plugins'], reason: 'a reason', fields }];
}

test('declared loss - of fields, however many changed: every set of changed fields counts', () => {
  const sets = [
    { fields: ['config.redis.host', 'config.redis.port'], count: 299 },
    { fields: ['tags'], count: 1 },
  ];
  const found = { ...plugins, changedSets: sets };
  assert.equal(coverageOf(found, declared('config', 'tags')), 'all');
  assert.equal(coverageOf(found, declared('config.redis.host', 'config.redis.port', 'tags')), 'all');
  assert.equal(coverageOf(found, declared('config')), 'none');
  assert.equal(coverageOf(found, declared('conf', 'tags')), 'none');
});

test('declared loss - of fields, where the journal tells only the first differences: unknown', () => {
  assert.equal(coverageOf(plugins, declared('config')), 'unknown');
});

test('declared loss - of fields covers nothing that is missing', () => {
  assert.equal(coverageOf({ ...plugins, missing: 1, changedSets: [] }, declared('config')), 'none');
});

test('declared loss - nothing is left to wait for where it covers all that differs, and nothing is there too much', () => {
  const found = { ...plugins, changedSets: [{ fields: ['config.minute'], count: 300 }] };
  assert.equal(isWithinDeclared(found, declared('config')), true);
  assert.equal(isWithinDeclared({ ...found, extra: 1 }, declared('config')), false);
  assert.equal(isWithinDeclared(found, []), false);
});

test('declared loss - a declared field in which nothing differs any more is stale', () => {
  const found = { ...plugins, changedSets: [{ fields: ['config.minute'], count: 300 }] };
  assert.deepEqual(staleFields(found, declared('config')), []);
  assert.deepEqual(staleFields(found, declared('config.minute', 'tags')), ['tags']);
  assert.deepEqual(staleFields({ ...found, unproven: 1 }, declared('tags')), []);
  assert.deepEqual(staleFields(plugins, declared('tags')), []);
  const [whole] = declared();
  assert.ok(whole);
  assert.deepEqual(
    staleFields(found, [{ recovery: whole.recovery, kinds: whole.kinds, reason: whole.reason }]),
    [],
  );
});

test('declared loss - counts for the path and the kinds that it names', () => {
  const one = { recovery: 'sync-deck', kinds: ['plugins', 'jwt'], reason: 'a reason' };
  const other = { recovery: 'replay-ci', kinds: ['plugins', 'acls'], reason: 'another' };
  assert.deepEqual(declarationsFor([one, other], 'replay-ci', 'plugins'), [other]);
  assert.deepEqual(declarationsFor([one, other], 'replay-ci', 'jwt'), []);
  assert.deepEqual(lostKinds([one, other], 'replay-ci'), ['plugins', 'acls']);
});

test('declared loss - what is there too much, or hangs elsewhere, is not covered by fields', () => {
  assert.equal(surplusOf({ ...plugins, extra: 2, duplicated: 1 }), 3);
  const found = { ...plugins, changedSets: [{ fields: ['config.minute'], count: 300 }] };
  assert.equal(coverageOf({ ...found, reParented: 1 }, declared('config')), 'none');
});

test('declared loss - one declaration of the whole kind covers what one of fields does not', () => {
  const [ofFields] = declared('tags');
  assert.ok(ofFields);
  const { recovery, kinds, reason } = ofFields;
  assert.equal(coverageOf({ ...plugins, missing: 3 }, [ofFields, { recovery, kinds, reason }]), 'all');
});

test('declared loss - of fields, where only the first differences are spelled out: one beyond them is enough', () => {
  const told = (...fields: readonly string[]): KindComparison => ({
    ...plugins,
    changed: 1,
    differences: [
      {
        change: 'changed',
        kind: 'plugins',
        entity: 'a',
        fields: fields.map((field) => ({ field, before: '1', after: '2' })),
      },
    ],
  });
  assert.equal(coverageOf(told('config.minute'), declared('config')), 'all');
  assert.equal(coverageOf(told('config.minute', 'tags'), declared('config')), 'none');
});
