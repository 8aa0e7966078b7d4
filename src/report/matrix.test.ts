import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LastVerdict, MatrixRow } from '../model/matrix.js';
import { renderMatrix } from './matrix.js';
import { painter } from './paint.js';

const last = (verdict: LastVerdict['verdict'], more: Partial<LastVerdict> = {}): LastVerdict => ({
  verdict,
  runId: 'r',
  utc: '2026-11-25T01:02:03Z',
  engine: 'containers',
  rehearsal: false,
  changed: false,
  ...more,
});

const rows: readonly MatrixRow[] = [
  {
    disaster: 'lose postgres',
    drill: 'lost',
    paths: [
      { recovery: 'reload', kind: 'database-restore', last: last('missed', { utc: '2026-11-20T01:02:03Z' }) },
      { recovery: 'restart', kind: 'database-restore', last: last('met', { changed: true }) },
      { recovery: 'sync', kind: 'deck-sync' },
    ],
  },
  {
    disaster: 'lose postgres',
    drill: 'quick',
    paths: [{ recovery: 'sync', kind: 'deck-sync', last: last('inconclusive', { rehearsal: true }) }],
  },
  { disaster: 'kill kong\u001b[2J', drill: 'never', paths: [{ recovery: 'go', kind: 'deck-sync' }] },
];

test('matrix - one line a drill under its disaster, one column a kind of path that there is', () => {
  assert.deepEqual(renderMatrix(rows, painter(false)).split('\n'), [
    '           database-restore     deck-sync  last run',
    '',
    'lose postgres',
    '  lost     ✗ reload ✓ restart*  – sync     2026-11-25, containers',
    '  quick                         ? sync     2026-11-25, containers, rehearsal',
    '',
    'kill kong',
    '  never                         – go',
    '',
    '✓ met  ✗ missed  ? inconclusive  – not run yet  * the drill has changed since',
  ]);
});

test('matrix - colours do not move the columns', () => {
  const colours = /\u001b\[[0-9;]*m/g;
  assert.match(renderMatrix(rows, painter(true)), colours);
  assert.equal(renderMatrix(rows, painter(true)).replace(colours, ''), renderMatrix(rows, painter(false)));
});
