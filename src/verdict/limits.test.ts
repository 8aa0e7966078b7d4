import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventOf } from '../model/journal.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { buildJournal, failedAtMs } from '../testing/journal-builder.js';
import { judge } from './judge.js';
import { failureBound } from './limits.js';

const limits = (shape: JournalShape = {}) => judge(buildJournal(shape)).limits.join('\n');

test('limits - what n passes out of n leave open, at 95 %', () => {
  const percent = (passes: number) => Math.round(failureBound(passes) * 100);
  assert.deepEqual([1, 3, 10, 20, 59].map(percent), [95, 63, 26, 14, 5]);
  const cases = [1, 2, 3].map((repetition) => ({ repetition }));
  assert.match(limits({ cases }), /tried 3 times: .* up to 63 % of cases would not be found out/);
});

test('limits - the time of people is declared or not, and never 0', () => {
  assert.match(limits(), /to notice and to decide is not declared, and not part of any figure/);
  const people = { noticeAndDecide: '20m' };
  assert.match(limits({ drill: { people } }), /\(declared: 20m\) was not measured/);
});

test('limits - images that were pulled, and how long that took, are shown as part of no figure', () => {
  assert.doesNotMatch(limits(), /pulled/);
  const images = [
    { image: 'kong:3.9', tookMs: 12_345 },
    { image: 'node:20', tookMs: 800 },
  ];
  const [started, ...others] = buildJournal();
  assert.ok(started);
  const pulled = { seq: 1, t: 0, kind: 'images-pulled', images } as const;
  const events = [started, pulled, ...others].map((event, seq) => ({ ...event, seq }));
  assert.match(
    judge(events).limits.join('\n'),
    /pulled before any clock began, which is part of no figure: kong:3\.9 \(12\.35 s\), node:20 \(800 ms\)\./,
  );
});

test('limits - times of one machine tell about the procedure, and the detection floor is printed', () => {
  assert.match(limits(), /Times from one machine tell about the procedure and its regressions/);
  assert.match(
    limits(),
    /Outages shorter than 1\d\d ms \(traffic\), 1\.\d\d s \(config\) could have gone unseen/,
  );
});

test('limits - the detection floor is that of the case that was watched worst', () => {
  const gap = { fromMs: failedAtMs + 10_000, toMs: failedAtMs + 10_600 };
  const watchedWorse: NonNullable<JournalShape['cases']>[number] = {
    repetition: 2,
    edit: (event) => [
      event.kind === 'probes'
        ? {
            ...event,
            samples: event.samples.filter(([, sentMs]) => sentMs < gap.fromMs || sentMs >= gap.toMs),
          }
        : event,
    ],
  };
  for (const cases of [
    [{}, watchedWorse],
    [watchedWorse, {}],
  ])
    assert.match(limits({ cases }), /Outages shorter than 7\d\d ms \(traffic\)/);
});

test('limits - one shard of several, and cases of several machines, are told', () => {
  const cases = [1, 2, 3].map((shard) => ({ case: `a#${shard}`, recovery: 'a', repetition: shard, shard }));
  assert.match(
    limitsWith({ shard: { index: 2, of: 3, cases } }),
    /This is shard 2 of 3: 1 of 3 cases ran here\. `kong-drill merge` makes one report/,
  );
  const ranOn = (...hostnames: readonly string[]) => {
    const shards = hostnames.map((hostname, place) => ({
      ...{ index: place + 1, runId: `r${place}`, utc: '2026-11-23T22:00:00.000Z', cases: [] },
      host: { hostname },
    }));
    return limitsWith({ merged: { of: hostnames.length, shards } });
  };
  assert.match(ranOn('ci-1', 'ci-2', 'ci-1'), /The cases ran on 2 machines: their times differ/);
  assert.doesNotMatch(ranOn('ci-1', 'ci-1'), /machines/);
  assert.doesNotMatch(limits(), /shard|machines/);
});

/** The limits of a run that says this of itself as well. */
function limitsWith(more: Partial<EventOf<'run-started'>>): string {
  const events = buildJournal().map((event) =>
    event.kind === 'run-started' ? { ...event, ...more } : event,
  );
  return judge(events).limits.join('\n');
}
