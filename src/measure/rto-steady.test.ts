import assert from 'node:assert/strict';
import test from 'node:test';
import { written } from '../testing/samples.js';
import { impactChecks, steadyState } from './rto-steady.js';

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

test('impact - expected and unseen, unexpected and seen, unknown, undeclared', () => {
  const context = { issuedMs: 2_950, workers: 1, windowMs: 10_000, stalls: [] };
  const streams = [
    written('R*30 E*10 R*110'),
    written('R*30 R*120', { stream: { id: 'u', clock: 'uncached', class: 'uncached' } }),
  ];
  const results = (traffic: 'none' | 'outage', uncached: 'none' | 'outage' | 'undeclared') =>
    impactChecks(streams, { traffic, uncached, config: 'outage' }, context).map(({ result }) => result);
  assert.deepEqual(results('outage', 'none'), ['as-expected', 'as-expected', 'unknown']);
  assert.deepEqual(results('none', 'outage'), ['unexpected', 'unseen', 'unknown']);
  const [, unseen] = impactChecks(
    streams,
    { traffic: 'outage', uncached: 'outage', config: 'none' },
    context,
  );
  assert.match(unseen?.reason ?? '', /none longer than 102 ms/);
  assert.deepEqual(results('outage', 'undeclared'), ['as-expected', 'undeclared', 'unknown']);
});
