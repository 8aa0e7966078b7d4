import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiving, isStartingUp, replaying } from './wal-archive.js';

test('WAL archive - a segment appears whole, in a folder of any name', () => {
  const { archive_command } = archiving("/runs/it's 5%", { timeoutSeconds: 60 });
  const folder = `'/runs/it'\\''s 5%%/`;
  assert.equal(archive_command, `cp "%p" ${folder}.'%f && mv ${folder}.'%f ${folder}'%f`);
});

test('WAL archive - a segment that is not there is no line in the log', () => {
  const { restore_command } = replaying('/a', { kind: 'end' });
  assert.equal(restore_command, `test -f '/a/'%f && cp '/a/'%f "%p"`);
});

test('WAL archive - each target is a setting of its own', () => {
  const settings = (target: Parameters<typeof replaying>[1]) => Object.keys(replaying('/a', target));
  const always = ['restore_command', 'recovery_target_action'];
  assert.deepEqual(settings({ kind: 'end' }), always);
  assert.deepEqual(settings({ kind: 'time', utc: '' }), [...always, 'recovery_target_time']);
  assert.deepEqual(settings({ kind: 'restore-point', name: 'a' }), [...always, 'recovery_target_name']);
});

test('WAL archive - that a server is still starting is no reason why it does not', () => {
  assert.ok(isStartingUp('FATAL:  the database system is starting up'));
  assert.ok(!isStartingUp('FATAL:  recovery ended before configured recovery target was reached'));
});
