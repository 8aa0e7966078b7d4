import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { recordingsFolder, withoutRecordings } from '../testing/recordings.js';
import { deckChanges, deckReport } from './deck-report.js';

test('deckReport - what was begun and what was done', () => {
  const report = deckReport(
    [
      'creating service s1',
      'updating plugin rate-limiting for service s1  {',
      '-    "minute": 100,',
      ' }',
      'deleting route r2',
      'deleting route r3',
      'Summary:',
      '  Created: 1',
      '  Updated: 1',
      '  Deleted: 2',
    ].join('\n'),
  );
  const counts = { created: 1, updated: 1, deleted: 2 };
  assert.deepEqual(report, { summary: counts, begun: counts, dropped: 0 });
});

test('deckReport - a sync that broke off, as decK 1.65 printed it', () => {
  const report = deckReport(
    'creating service s1\ncreating service s2\nDropped creation upstream up.local\nSummary:\n  Created: 1\n  Updated: 0\n  Deleted: 0\n',
  );
  assert.equal(report.begun.created, 2);
  assert.equal(report.summary?.created, 1);
  assert.equal(report.dropped, 1);
});

test('deckReport - no summary is no summary', () => {
  assert.equal(deckReport('Error: no Kong there').summary, undefined);
});

test('deckChanges - each with its owner, as decK 1.17 printed a diff', () => {
  const output = [
    'updating consumer alice  {',
    '-  "custom_id": "a-2",',
    '+  "custom_id": "a-1",',
    ' }',
    '',
    'creating route open',
    'creating target 127.0.0.1:9 for upstream aeb239e1-5df3-49a3-8fc0-92f6f7f10135',
    'updating plugin key-auth for service shop  {',
    ' }',
    'deleting key-auth ger-2 for consumer kd-abc-ledger-1',
    'Summary:',
    '  Created: 2',
  ].join('\n');
  assert.deepEqual(
    deckChanges(output).map(({ op, word, entity, owner }) => [op, word, entity, owner]),
    [
      ['updated', 'consumer', 'alice', ''],
      ['created', 'route', 'open', ''],
      ['created', 'target', '127.0.0.1:9', 'upstream aeb239e1-5df3-49a3-8fc0-92f6f7f10135'],
      ['updated', 'plugin', 'key-auth', 'service shop'],
      ['deleted', 'key-auth', 'ger-2', 'consumer kd-abc-ledger-1'],
    ],
  );
});

for (const version of ['deck-1.17.2', 'deck-1.65.1'])
  test(
    `deckChanges - as many as ${version} counts, in every recorded session`,
    { skip: withoutRecordings },
    () => {
      const log = readFileSync(join(recordingsFolder, version, 'console.log'), 'utf8');
      const sessions = log
        .split(/^== /m)
        .filter((session) => session.includes('rc=0') && deckReport(session).summary);
      assert.ok(sessions.length >= 3);
      for (const session of sessions) {
        const changes = deckChanges(session);
        const count = (op: string) => changes.filter((change) => change.op === op).length;
        const counted = { created: count('created'), updated: count('updated'), deleted: count('deleted') };
        assert.deepEqual(counted, deckReport(session).summary, session);
      }
    },
  );
