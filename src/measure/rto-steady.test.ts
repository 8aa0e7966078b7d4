import assert from 'node:assert/strict';
import test from 'node:test';
import { written } from '../testing/samples.js';
import { answeringStreams, cleanSince, isSilent, steadyState } from './rto-steady.js';

const all = { from: 0, to: 100_000 };

test('steady state - 200 clean probes, 20 in each stream', () => {
  assert.equal(steadyState([written('R*200')], all).met, true);
  assert.match(steadyState([written('R*199')], all).reason, /199 probes, expected at least 200/);
  const rare = written('R*19', { stream: { class: 'jwt' } });
  assert.match(steadyState([written('R*200'), rare], all).reason, /jwt on kong-1: 19 probes/);
});

test('steady state - one probe that is not right is too many', () => {
  const state = steadyState([written('R*150 W R*100')], all);
  assert.equal(state.met, false);
  assert.match(state.reason, /1 of 251 not right \(500 instead of 200\)/);
});

test('steady state - only what was sent within it counts', () => {
  assert.equal(steadyState([written('E R*200 E')], { from: 50, to: 20_050 }).met, true);
  assert.equal(steadyState([written('R*200')], { from: 50, to: 100_000 }).met, false);
});

test('steady state - a probe without an answer is told as one', () => {
  assert.match(
    steadyState([written('R*200 T R*20')], all).details[0] ?? '',
    /1 of 221 not right \(no answer\)/,
  );
});

test('steady state - silent where there were enough probes, and none of them right', () => {
  assert.equal(isSilent([written('E*199')], all.from), false);
  assert.equal(isSilent([written('E*200')], all.from), true);
  assert.equal(isSilent([written('E*200 R')], all.from), false);
  assert.equal(isSilent([written('R*200')], all.from), false);
  const config = written('E*10', { stream: { id: 'c', clock: 'config', class: 'config' } });
  assert.equal(
    isSilent([written('E*195'), config], all.from),
    false,
    'those of the config clock do not count',
  );
});

test('steady state - it can begin behind the newest probe that was not right', () => {
  const streams = [written('R*10 W R*250'), written('E R*260', { stream: { id: 'k', class: 'key-auth' } })];
  assert.equal(cleanSince(streams, 0), 1_000.001);
  assert.equal(cleanSince(streams, 2_000), 2_000);
  assert.equal(steadyState(streams, { from: cleanSince(streams, 0), to: all.to }).met, true);
});

test('steady state - the newest probe that was not right is told', () => {
  const jwt = written('R*210 W', { stream: { class: 'jwt' } });
  const { lastSeen } = steadyState([jwt, written('E R*100 E R*120')], all);
  assert.equal(lastSeen, '500 instead of 200 from jwt on kong-1');
});

test('steady state - the config clock alone does not decide whether there is one', () => {
  const config = written('E*200', { stream: { id: 'c', clock: 'config', class: 'config' } });
  assert.deepEqual(answeringStreams([config, written('R*200')]).length, 1);
});
