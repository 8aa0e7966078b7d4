import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deckChanges } from '../engine/deck-report.js';
import { opinions } from './second-opinion.js';

const mark = 'kd-0a1b2c';

function opinionsOf(found: readonly string[], usual: readonly string[] = []) {
  const changes = (lines: readonly string[]) => deckChanges(lines.join('\n'));
  return opinions(
    { held: { routes: 3, 'key-auth': 2 }, usual: changes(usual), found: changes(found) },
    { mark },
  );
}

test('second opinion - counted by kind, in the words of the drill', () => {
  const found = ['creating route open', 'deleting route old', 'updating acl-group buyers for consumer alice'];
  assert.deepEqual(opinionsOf(found), [
    {
      kind: 'routes',
      held: 3,
      usual: 0,
      created: 1,
      updated: 0,
      deleted: 1,
      first: ['created route open', 'deleted route old'],
    },
    { kind: 'key-auth', held: 2, usual: 0, created: 0, updated: 0, deleted: 0, first: [] },
    {
      kind: 'acls',
      held: 0,
      usual: 0,
      created: 0,
      updated: 1,
      deleted: 0,
      first: ['updated acl-group buyers for consumer alice'],
    },
  ]);
});

test('second opinion - the runner’s own entities, and what is below them, are left out', () => {
  const own = [
    `deleting consumer ${mark}-ledger-3`,
    `deleting key-auth ger-2 for consumer ${mark}-holder`,
    `deleting plugin key-auth for route ${mark}-config`,
    `creating service ${mark}`,
  ];
  for (const { created, updated, deleted, usual } of opinionsOf(own, own))
    assert.equal(created + updated + deleted + usual, 0);
  const others = opinionsOf([`deleting consumer ${mark}0-ledger-3`]);
  assert.equal(others.find(({ kind }) => kind === 'consumers')?.deleted, 1);
});

test('second opinion - no secret is told', () => {
  const [, keys] = opinionsOf(['creating key-auth y-of-alice for consumer alice']);
  assert.deepEqual(keys?.first, ['created key-auth for consumer alice']);
});
