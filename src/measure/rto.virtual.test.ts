import assert from 'node:assert/strict';
import test from 'node:test';
import { outageKinds, randomOutage, seeded, watchVirtually } from '../testing/virtual-outage.js';
import type { OutageKind, VirtualOutage } from '../testing/virtual-outage.js';
import type { Interval } from '../model/verdict.js';
import { findOutages } from './rto-stream.js';
import { quantile } from './uncertainty.js';

const rounds = 2_000;

test('rto - an outage of the whole node, in every manner, lies within its interval', () => {
  const random = seeded(1);
  const widths = new Map<OutageKind, { rto: number[]; unavailability: number[] }>();
  for (let round = 0; round < rounds; round += 1) {
    const outage = randomOutage(random);
    const { rto, total } = checkWhole(outage, seeded(round));
    if (!rto || !total) continue;
    const of = widths.get(outage.kind) ?? { rto: [], unavailability: [] };
    of.rto.push(widthMs(rto));
    of.unavailability.push(widthMs(total));
    widths.set(outage.kind, of);
  }
  // A node that answers after its freeze leaves no failure in its last second: wider, by up to the timeout.
  const kinds = outageKinds.filter((one) => one !== 'freeze');
  for (const kind of kinds) {
    const { rto } = widths.get(kind) ?? assert.fail(kind);
    assert.ok(rto.length > 100, kind);
    assert.ok(quantile(rto, 0.5) <= 110, `${kind}: RTO ${quantile(rto, 0.5)} ms wide`);
  }
  const unavailable = kinds.flatMap((kind) => widths.get(kind)?.unavailability ?? []);
  assert.ok(quantile(unavailable, 0.5) <= 210, `${quantile(unavailable, 0.5)} ms wide`);
});

test('rto - an outage of half the workers lies within its interval in 95 %', () => {
  for (const workers of [2, 4]) {
    const random = seeded(workers);
    let held = 0;
    for (let round = 0; round < rounds; round += 1) {
      const outage = randomOutage(random, workers);
      const { watched, context } = watchVirtually(outage, seeded(round));
      const found = findOutages(watched, context);
      const truthMs = outage.endMs - outage.issuedMs;
      const holds = found.rto ? includes(found.rto, truthMs) : truthMs <= found.partialFloorMs;
      held += holds ? 1 : 0;
    }
    assert.ok(held / rounds >= 0.95, `${workers} workers: ${held} of ${rounds}`);
  }
});

test('rto - a prober stopped for 2 s at the edge of the recovery is wider, never wrong', () => {
  const random = seeded(7);
  let widestMs = 0;
  for (let round = 0; round < rounds; round += 1) {
    const outage = randomOutage(random);
    const fromMs = outage.endMs - 2_000 + random() * 2_100;
    const { rto } = checkWhole({ ...outage, stopped: { fromMs, toMs: fromMs + 2_000 } }, seeded(round));
    if (rto) widestMs = Math.max(widestMs, widthMs(rto));
  }
  assert.ok(widestMs > 1_900, `the stop shows: ${widestMs} ms`);
});

/** Asserts that what was found holds the truth. */
function checkWhole(outage: VirtualOutage, random: () => number): { rto?: Interval; total?: Interval } {
  const { watched, context } = watchVirtually(outage, random);
  const found = findOutages(watched, context);
  const lastedMs = outage.endMs - outage.beginMs;
  const told = JSON.stringify({ outage, ...found });
  if (found.seen === 'none') {
    assert.ok(lastedMs <= found.floorMs, told);
    return {};
  }
  assert.equal(found.seen, 'outage', told);
  assert.ok(found.rto && includes(found.rto, outage.endMs - outage.issuedMs), told);
  assert.ok(found.total && includes(found.total, lastedMs), told);
  return found;
}

function includes({ lowerMs, upperMs }: Interval, truthMs: number): boolean {
  return lowerMs <= truthMs && upperMs !== null && truthMs <= upperMs;
}

function widthMs({ lowerMs, upperMs }: Interval): number {
  return (upperMs ?? Infinity) - lowerMs;
}
