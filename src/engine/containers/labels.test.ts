import assert from 'node:assert/strict';
import { test } from 'node:test';
import { processTable } from '../../system/process-table.js';
import { labelsOf, ownerOf } from './labels.js';

test('labels - a run is alive as long as exactly its process is', async () => {
  const labels = await labelsOf('run', 'case');
  const table = await processTable();
  assert.equal(ownerOf(labels, table), 'alive');
  const others = table.filter(({ pid }) => pid !== process.pid);
  assert.equal(ownerOf(labels, others), 'dead');
  const reused = table.map((entry) => (entry.pid === process.pid ? { ...entry, startedAt: 'later' } : entry));
  assert.equal(ownerOf(labels, reused), 'dead', 'another process under the old number is not the run');
});

test('labels - what another host or nobody marked is not judged', async () => {
  const labels = await labelsOf('run', 'case');
  assert.equal(ownerOf(labels, [], 'elsewhere.example'), 'elsewhere');
  assert.equal(ownerOf({}, []), 'not ours');
  assert.equal(ownerOf({ 'com.kong-drill.run': 'run' }, []), 'not ours', 'a run without an owner');
});
