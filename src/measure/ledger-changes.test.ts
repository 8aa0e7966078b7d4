import assert from 'node:assert/strict';
import test from 'node:test';
import {
  changeNumber,
  contentText,
  newEntity,
  ownerRequest,
  rerunnableRequestFor,
  requestFor,
} from './ledger-changes.js';
import type { ChangeOp, LedgerEntity } from './ledger-changes.js';

const names = { mark: 'kd-r1', holder: 'kd-r1-holder', workspaces: ['default', 'my team'] };
const consumer = (name: string): LedgerEntity => ({
  kind: 'consumers',
  key: name,
  content: { username: name, custom_id: `${name}-v0` },
  workspace: 'default',
});
const key: LedgerEntity = { kind: 'key-auths', key: 'k', content: { key: 'k' }, workspace: 'default' };

test('ledger changes - half create; the others change the oldest and the newest of what is there, in turn', () => {
  const settled = [key, consumer('oldest'), consumer('newest'), { ...key, key: 'last' }];
  const made = Array.from({ length: 8 }, (_, place) => changeNumber(place, names, settled));
  assert.deepEqual(
    made.map(({ op, entity }) => [op, entity.key]),
    [
      ['create', 'kd-r1-ledger-0'],
      ['update', 'oldest'],
      ['create', 'kd-r1-ledger-2'],
      ['delete', 'k'],
      ['create', 'kd-r1-ledger-4'],
      ['update', 'newest'],
      ['create', 'kd-r1-ledger-6'],
      ['delete', 'last'],
    ],
  );
});

test('ledger changes - an update leaves all but one field as it is, and never writes the same twice', () => {
  const [first, later] = [1, 9].map((place) => changeNumber(place, names, [consumer('a')]).entity.content);
  assert.deepEqual(first, { username: 'a', custom_id: 'a-v1' });
  assert.deepEqual(later, { username: 'a', custom_id: 'a-v9' });
});

test('ledger changes - what cannot be changed for want of an entity is created', () => {
  const op = (place: number, settled: readonly LedgerEntity[]): ChangeOp =>
    changeNumber(place, names, settled).op;
  assert.deepEqual(
    [1, 3].map((place) => op(place, [])),
    ['create', 'create'],
  );
  assert.equal(op(1, [key]), 'create', 'a key has nothing to update');
});

test('ledger changes - every third entity is a key, the others are consumers of each workspace in turn', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((place) => newEntity(place, names)),
    [
      {
        kind: 'consumers',
        key: 'kd-r1-ledger-0',
        content: { username: 'kd-r1-ledger-0', custom_id: 'kd-r1-ledger-0-v0' },
        workspace: 'default',
      },
      {
        kind: 'consumers',
        key: 'kd-r1-ledger-1',
        content: { username: 'kd-r1-ledger-1', custom_id: 'kd-r1-ledger-1-v0' },
        workspace: 'my team',
      },
      { kind: 'key-auths', key: 'kd-r1-ledger-2', content: { key: 'kd-r1-ledger-2' }, workspace: 'default' },
      {
        kind: 'consumers',
        key: 'kd-r1-ledger-3',
        content: { username: 'kd-r1-ledger-3', custom_id: 'kd-r1-ledger-3-v0' },
        workspace: 'my team',
      },
    ],
  );
});

test('ledger changes - each is one request of the Admin API, and one that can be made again', () => {
  const both = (op: ChangeOp, entity: LedgerEntity) =>
    [requestFor, rerunnableRequestFor].map((as) => as({ op, entity }, names));
  const elsewhere = { ...consumer('a'), workspace: 'my team' };
  const content = { username: 'a', custom_id: 'a-v0' };
  const tagged = { ...content, tags: ['kd-r1'] };
  assert.deepEqual(both('create', elsewhere), [
    { method: 'POST', path: '/my%20team/consumers', body: tagged },
    { method: 'PUT', path: '/my%20team/consumers/a', body: tagged },
  ]);
  assert.deepEqual(both('update', consumer('a')), [
    { method: 'PATCH', path: '/consumers/a', body: content },
    { method: 'PUT', path: '/consumers/a', body: tagged },
  ]);
  const removal = { method: 'DELETE', path: '/consumers/kd-r1-holder/key-auth/k' };
  assert.deepEqual(both('delete', key), [removal, removal]);
  assert.deepEqual(ownerRequest(names), {
    method: 'PUT',
    path: '/consumers/kd-r1-holder',
    body: { username: 'kd-r1-holder', tags: ['kd-r1'] },
  });
});

test('ledger changes - content is compared by the fields that the ledger sets, whatever their order', () => {
  const text = contentText('consumers', { username: 'a', id: '1', custom_id: 'a-v0' });
  assert.equal(text, contentText('consumers', { custom_id: 'a-v0', username: 'a', created_at: 2 }));
  assert.notEqual(text, contentText('consumers', { username: 'a', custom_id: 'a-v1' }));
  assert.equal(contentText('consumers', { username: 'a' }), '[["custom_id",null],["username","a"]]');
  assert.equal(contentText('key-auths', { key: 'k', ttl: 1 }), '[["key","k"]]');
});
