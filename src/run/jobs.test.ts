import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobsThatFit, noteOfJobs } from './jobs.js';

const gibibyte = 2 ** 30;

test('jobs - as many as cores and memory have room for, and at least one', () => {
  assert.equal(jobsThatFit({ cores: 2, freeMemoryBytes: 16 * gibibyte }), 1);
  assert.equal(jobsThatFit({ cores: 16, freeMemoryBytes: 64 * gibibyte }), 4);
  assert.equal(jobsThatFit({ cores: 16, freeMemoryBytes: 5 * gibibyte }), 2);
  assert.equal(jobsThatFit({ cores: 1, freeMemoryBytes: 0 }), 1);
});

test('jobs - neighbours that could disturb a measurement are told', () => {
  const room = { cores: 8, freeMemoryBytes: 32 * gibibyte };
  assert.equal(noteOfJobs(1, room), undefined);
  assert.equal(noteOfJobs(2, room)?.level, 'info');
  const crowded = noteOfJobs(3, room);
  assert.equal(crowded?.level, 'warning');
  assert.match(crowded.text, /3 cases ran side by side on 8 cores, which has room for 2/);
});
