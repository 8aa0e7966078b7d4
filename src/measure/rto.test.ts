import assert from 'node:assert/strict';
import test from 'node:test';
import type { EventOf, StreamClock } from '../model/journal.js';
import { written } from '../testing/samples.js';
import { clockOf, findings, impactOf, outagesSeen, parityClock, probeTotals, settled } from './rto.js';
import type { WatchContext, WatchedStream } from './rto.js';
import { classesOf, findOutages } from './rto-stream.js';

/** Thirty right probes (0 to 2.9 s), then the failure is issued. */
const before = 'R*30';
const context: WatchContext = { issuedMs: 2_950, workers: 1, windowMs: 10_000, stalls: [] };

test('rto - from the failure issued to between the last failure and the first right answer after it', () => {
  const found = findOutages(written(`${before} RR E*20 R*110`), context);
  assert.equal(found.seen, 'outage');
  assert.deepEqual(found.rto, { lowerMs: 5_100 - 2_950, upperMs: 5_202 - 2_950 });
  assert.deepEqual(found.total, { lowerMs: 5_100 - 3_202, upperMs: 5_202 - 3_100 });
  assert.equal(found.firstImpactMs, 3_202 - 2_950);
  assert.equal(found.firstSuccessMs, 5_202 - 2_950);
  assert.equal(found.outages[0]?.seen, 'ECONNREFUSED');
});

test('rto - a probe in flight when the failure is issued counts, one that ended before does not', () => {
  const samples = (doneMs: number) => {
    const { stream, samples: others } = written(`${before} R*130`);
    return {
      stream,
      samples: [...others.slice(0, 29), [29, 2_900, doneMs, 2, 'x'] as const, ...others.slice(30)],
    };
  };
  assert.equal(findOutages(samples(2_960), context).seen, 'outage');
  assert.equal(findOutages(samples(2_940), context).seen, 'none');
});

test('rto - a relapse after right answers extends it, and is a flap', () => {
  const clock = clockOf('traffic', [written(`${before} E*10 R*40 W*5 R*110`)], context);
  assert.deepEqual(clock.rto, { lowerMs: 8_400 - 2_950, upperMs: 8_502 - 2_950 });
  assert.equal(clock.flaps, 1);
  assert.ok(Number(clock.total?.upperMs) < 2_000 && Number(clock.unavailability?.upperMs) > 5_000);
});

test('rto - not recovered until a window of 10 s, or of 10 % of the RTO, is over', () => {
  const short = findOutages(written(`${before} E*10 R*90`), context);
  assert.equal(short.rto?.upperMs, null);
  assert.match(short.why ?? '', /window of 10\.0 s .* not over/);
  assert.notEqual(findOutages(written(`${before} E*10 R*100`), context).rto?.upperMs, null);
  const long = findOutages(written(`${before} E*1500 R*110`), context);
  assert.match(long.why ?? '', /window of 15\.0 s/);
  assert.notEqual(findOutages(written(`${before} E*1500 R*160`), context).rto?.upperMs, null);
});

test('rto - a window in which the prober mostly stood still shows nothing', () => {
  const found = findOutages(written(`${before} E*10 R*20 .*90 R*20`), context);
  assert.equal(found.rto?.upperMs, null);
  assert.match(found.why ?? '', /40 right answers and needs 50/);
});

test('rto - not recovered without enough answers to have met every worker', () => {
  const stream = { spacingMs: 1_000 };
  const many = { ...context, issuedMs: 29_500, workers: 4 };
  const found = findOutages(written(`${before} E*12 R*20`, { stream }), many);
  assert.match(found.why ?? '', /20 right answers and needs 29/);
});

test('rto - where only some workers fail, the begin is the issue time and the end needs rule 10', () => {
  const two = { ...context, workers: 2 };
  const found = findOutages(written(`${before} REERREREER R*120`), two);
  assert.equal(found.outages.length, 1);
  assert.equal(found.outages[0]?.begin.lowerMs, context.issuedMs);
  assert.deepEqual(found.rto, { lowerMs: 3_800 - 2_950, upperMs: 3_900 + 1_000 + 2 - 2_950 });
  assert.match(found.why ?? '', /99\.9 %/);
});

test('rto - an outage too short to show that all workers failed is not taken for one of all', () => {
  const two = { ...context, workers: 2 };
  assert.ok(findOutages(written(`${before} E*4 R*120`), two).outages[0]?.partial);
  assert.ok(!findOutages(written(`${before} E*5 R*120`), two).outages[0]?.partial);
});

test('rto - no outage seen has a floor, never 0: the longest gap between right answers', () => {
  const clean = clockOf('traffic', [written(`${before} R*130`)], context);
  assert.equal(clean.seen, 'none');
  assert.equal(clean.rto, undefined);
  assert.equal(clean.floorMs, 102);
  assert.equal(
    clockOf('traffic', [written(`${before} R*20 S R*110`)], context).floorMs,
    700,
    'a slow answer',
  );
  assert.equal(
    clockOf('traffic', [written(`${before} R*20 .*4 R*110`)], context).floorMs,
    502,
    'probes given up',
  );
});

test('rto - how long an outage may have gone unseen is told by the answers since the failure, not by those before', () => {
  const found = findOutages(written('R*5 .*20 R*5 R*130'), context);
  assert.deepEqual([found.seen, found.floorMs], ['none', 102]);
});

test('rto - why nothing is known, and why it is not over, in a sentence', () => {
  const why = (line: string) => findOutages(written(line), context).why;
  assert.equal(why('R*20'), 'no probe ended after the failure');
  assert.equal(
    why(`${before} R*20`),
    'no failure was seen, but the window of 10.0 s without a failure was not over when the run stopped looking',
  );
  assert.equal(why(`${before} E*20`), 'not seen to recover: no right answer came after the last failure');
});

test('rto - a class that takes turns has every third probe, from its own first on', () => {
  const watched = written('RWE RWE', { stream: { class: 'a+b+c', turns: 3, t0Ms: 1_000 } });
  assert.deepEqual(
    classesOf(watched).map(({ stream, samples }) => [
      stream.class,
      stream.t0Ms,
      stream.spacingMs,
      'turns' in stream,
      samples.map(([index, sentMs, , outcome]) => [index, sentMs, outcome]),
    ]),
    [
      [
        'a',
        1_000,
        300,
        false,
        [
          [0, 1_000, 0],
          [1, 1_300, 0],
        ],
      ],
      [
        'b',
        1_100,
        300,
        false,
        [
          [0, 1_100, 1],
          [1, 1_400, 1],
        ],
      ],
      [
        'c',
        1_200,
        300,
        false,
        [
          [0, 1_200, 2],
          [1, 1_500, 2],
        ],
      ],
    ],
  );
  const alone = written('RR');
  assert.deepEqual(classesOf(alone), [alone]);
});

test('rto - what was not watched is unknown, not clean', () => {
  assert.equal(clockOf('traffic', [written(before)], context).seen, 'unknown');
  assert.equal(clockOf('traffic', [written(`${before} R*20`)], context).seen, 'unknown');
  assert.equal(clockOf('traffic', [], context).seen, 'unknown');
});

test('rto - classes that take turns are judged apart', () => {
  const stream = { class: 'basic-auth+jwt', turns: 2 };
  const found = findings([written(`${before} ${'RE'.repeat(10)} R*120`, { stream })], context);
  assert.deepEqual(
    found.map((one) => [one.stream.class, one.stream.spacingMs, one.seen]),
    [
      ['basic-auth', 200, 'none'],
      ['jwt', 200, 'outage'],
    ],
  );
  assert.deepEqual(found[1]?.rto, { lowerMs: 4_900 - 2_950, upperMs: 5_102 - 2_950 });
});

test('rto - a clock is as late as its last stream, and says so for each node', () => {
  const other = { id: 'open@kong-2', node: 'kong-2' };
  const streams = [written(`${before} E*10 R*130`), written(`${before} E*30 R*110`, { stream: other })];
  const clock = clockOf('traffic', streams, context);
  assert.equal(clock.rto?.lowerMs, 5_900 - 2_950);
  assert.deepEqual(
    clock.perNode.map(({ node, rto }) => [node, rto.lowerMs]),
    [
      ['kong-1', 3_900 - 2_950],
      ['kong-2', 5_900 - 2_950],
    ],
  );
});

test('rto - a node is not back while one of its streams could not be watched to its end', () => {
  const other = { id: 'open@kong-2', node: 'kong-2' };
  const blind = written('R*30', { stream: { id: 'jwt@kong-1', class: 'jwt' } });
  const outage = `${before} E*10 R*130`;
  const { perNode } = clockOf(
    'traffic',
    [written(outage), blind, written(outage, { stream: other })],
    context,
  );
  assert.deepEqual(
    perNode.map(({ node, rto }) => [node, rto.lowerMs, rto.upperMs !== null]),
    [
      ['kong-1', 3_900 - 2_950, false],
      ['kong-2', 3_900 - 2_950, true],
    ],
  );
});

test('rto - config waits for the uncached stream too, and traffic for neither', () => {
  const streams = [
    written(`${before} R*130`),
    written(`${before} W*20 R*110`, { stream: { id: 'u', clock: 'uncached', class: 'uncached' } }),
    written(`R*3 R*14`, { stream: { id: 'c', clock: 'config', class: 'config', spacingMs: 1_000 } }),
  ];
  assert.equal(clockOf('traffic', streams, context).seen, 'none');
  assert.equal(clockOf('config', streams, context).rto?.lowerMs, 4_900 - 2_950);
  const broken = { stream: { id: 'c', clock: 'config', class: 'config', spacingMs: 1_000 } } as const;
  const changes = [...streams.slice(0, 1), written(`R*3 E*3 R*14`, broken)];
  assert.equal(clockOf('traffic', changes, context).seen, 'none');
  assert.equal(clockOf('config', changes, context).seen, 'outage');
});

test('rto - settled only when every stream has its window; a probe under way may still fail', () => {
  const streams = [written(`${before} E*10 R*105`)];
  assert.deepEqual(settled(streams, context, 14_500), { settled: true, waitingFor: [] });
  assert.match(
    settled([written(`${before} E*10 R*90`)], context, 13_000).waitingFor[0] ?? '',
    /^open on kong-1: /,
  );
  const lost = written(`${before} E*115`, { stream: { id: 'b', class: 'basic-auth' } });
  assert.equal(settled([...streams, lost], context, 14_500).settled, false);
  assert.equal(settled([...streams, lost], { ...context, except: ['basic-auth'] }, 14_500).settled, true);
  const hole = [written(`${before} E*10 R*92 . R*8`)];
  assert.equal(settled(hole, context, 14_100).settled, false, 'probe 132 is not answered yet');
  assert.equal(settled(hole, context, 15_000).settled, true, 'and never will be');
});

test('rto - parity is between the last unequal and the first equal snapshot', () => {
  const snapshot = (beganMs: number, equal: boolean): EventOf<'snapshot'> => ({
    ...{ kind: 'snapshot', seq: 0, t: beganMs, beganMs, endedMs: beganMs + 300 },
    ...{ equal, differing: equal ? 0 : 1 },
  });
  const clock = parityClock([snapshot(4_000, false), snapshot(5_000, false), snapshot(6_000, true)], 1_000);
  assert.deepEqual(clock.rto, { lowerMs: 4_000, upperMs: 5_300 });
  assert.equal(clock.floorMs, 1_300);
  const relapse = parityClock([snapshot(4_000, true), snapshot(5_000, false), snapshot(6_000, true)], 1_000);
  assert.deepEqual(relapse.rto, { lowerMs: 4_000, upperMs: 5_300 });
  assert.equal(parityClock([snapshot(4_000, false)], 1_000).rto?.upperMs, null);
  assert.equal(parityClock([snapshot(500, true)], 1_000).seen, 'unknown');
  assert.equal(parityClock([snapshot(1_500, true)], 1_000).seen, 'none');
});

test('rto - totals count late probes and those given up', () => {
  const { stream, samples } = written('R*9 E');
  const late = [...samples, [10, 1_040, 1_042, 0] as const];
  const stall = { kind: 'probe-stall', seq: 0, t: 0, fromMs: 1, toMs: 2, dropped: 3 } as const;
  assert.deepEqual(probeTotals([{ stream, samples: late }], [stall]), {
    ...{ sent: 11, right: 10, late: 1, dropped: 3, maxLatenessMs: 40, spacingMs: 100 },
  });
});

test('rto - an outage that was not seen to end is drawn to the end of the watch', () => {
  const seen = outagesSeen(findings([written(`${before} E*10`)], context), 9_000);
  assert.deepEqual(seen, [{ stream: 'open on kong-1', fromMs: 3_002, toMs: 9_000, seen: 'ECONNREFUSED' }]);
});

test('rto - an outage of hours', () => {
  const found = findOutages(written(`${before} E*200000 R*21000`), context);
  assert.equal(found.rto?.lowerMs, 3_000 + 199_999 * 100 - 2_950);
  assert.notEqual(found.rto.upperMs, null);
});

test('rto - samples may come in any order', () => {
  const { stream, samples } = written(`${before} RR E*20 R*110`);
  const inOrder = findOutages({ stream, samples }, context);
  assert.deepEqual(findOutages({ stream, samples: samples.toReversed() }, context), inOrder);
});

test('rto - a clock begins with its first stream and ends with its last', () => {
  const other = { id: 'open@kong-2', node: 'kong-2' };
  const streams = [
    written(`${before} R*5 E*10 R*130`),
    written(`${before} R*20 E*10 R*40 E*10 R*110`, { stream: other }),
  ];
  const clock = clockOf('traffic', streams, context);
  assert.equal(clock.firstImpactMs, 3_502 - 2_950);
  assert.equal(clock.firstSuccessMs, 4_502 - 2_950);
  assert.deepEqual(clock.unavailability, { lowerMs: 10_900 - 3_502, upperMs: 11_002 - 3_400 });
  assert.deepEqual(clock.total, { lowerMs: 2 * (900 - 2), upperMs: 3 * 1_102 });
  assert.equal(clock.flaps, 1);
});

test('rto - the total is never longer than from the first begin to the last end', () => {
  const streams = [
    written(`${before} E*10 R*130`),
    written(`${before} E*10 R*130`, { stream: { id: 'other' } }),
  ];
  const clock = clockOf('traffic', streams, context);
  assert.deepEqual(clock.total, clock.unavailability);
});

test('rto - a stream that was not watched to its end leaves the clock open', () => {
  const blind = written('R*30', { stream: { id: 'blind', class: 'jwt' } });
  const clock = clockOf('traffic', [written(`${before} E*10 R*130`), blind], context);
  assert.deepEqual(
    [clock.rto?.upperMs, clock.unavailability?.upperMs, clock.total?.upperMs],
    [null, null, null],
  );
  assert.match(clock.why ?? '', /jwt on kong-1/);
});

test('rto - streams with one reason are named together', () => {
  const streams = ['open', 'jwt'].map((name) =>
    written(`${before} E*10 R*20`, { stream: { id: name, class: name } }),
  );
  const { why = '' } = clockOf('traffic', streams, context);
  assert.match(why, /^open, jwt on kong-1: not seen to recover: /);
  assert.equal(why.split('not seen to recover').length, 2);
});

test('rto - an outage is named by what was seen most often', () => {
  const [outage] = findOutages(written(`${before} W E*3 W R*120`), context).outages;
  assert.equal(outage?.seen, 'ECONNREFUSED');
});

test('rto - an impact on one of two nodes is one; where nobody answered before recovery it is not known', () => {
  const on = (node: string, text: string) => written(text, { stream: { id: `open@${node}`, node } });
  const impact = (...streams: ReturnType<typeof written>[]) =>
    impactOf('traffic', streams, { ...context, recoverMs: 4_000 });
  assert.equal(impact(on('kong-1', 'R*150'), on('kong-2', 'R*30 E*10 R*110')), 'outage');
  assert.equal(impact(on('kong-1', 'R*150'), on('kong-2', 'R*45 E*10 R*95')), 'none', 'after recovery began');
  assert.equal(impact(on('kong-1', 'R*30'), on('kong-2', 'R*29')), 'unknown');
});

test('rto - an impact is what failed after the failure and before recovery began, of two probes at least', () => {
  const impact = (line: string, recoverMs: number, issuedMs = 2_900) =>
    impactOf('traffic', [written(line)], { ...context, issuedMs, recoverMs });
  assert.equal(impact('R*25 E*3 R*20', 4_000), 'none', 'failed before');
  assert.equal(impact('R*25 T R*20', 4_000), 'none', 'swallowed before');
  assert.equal(impact('R*28 E R*20', 4_000, 2_802), 'outage', 'in flight');
  assert.equal(impact('R*28 E R*20', 4_000, 2_803), 'none', 'just over');
  assert.equal(impact('R*30 E R*20', 2_910), 'outage', 'the second probe');
  assert.equal(impact('R*31 E R*20', 2_910), 'none', 'the third');
  assert.equal(impact('R*31 E R*20', 3_100), 'none', 'when recovery began');
  assert.equal(impact('R*31 E R*20', 3_101), 'outage', 'just before');
});

test('rto - an impact on config is one on uncached too; but only a config probe shows that there was none', () => {
  const config = (line: string) =>
    written(line, { stream: { id: 'c', clock: 'config', class: 'config', spacingMs: 1_000 } });
  const uncached = (line: string) =>
    written(line, { stream: { id: 'u', clock: 'uncached', class: 'uncached' } });
  const impact = (clock: StreamClock, ...streams: WatchedStream[]) =>
    impactOf(clock, streams, { ...context, recoverMs: 6_000 });
  const fine = 'R*60';
  assert.equal(impact('config', config(fine), uncached('R*30 E*10 R*20')), 'outage');
  assert.equal(impact('config', config('R*3 E R*10'), uncached(fine)), 'outage');
  assert.equal(impact('config', config(fine), uncached(fine)), 'none');
  assert.equal(impact('config', uncached(fine)), 'unknown');
  assert.equal(impact('uncached', uncached('R*30 E*10 R*20'), config(fine)), 'outage');
  assert.equal(impact('uncached', uncached(fine), config('R*3 E R*10')), 'none');
  assert.equal(impact('traffic', written(fine), uncached('R*30 E*10 R*20')), 'none');
});

test('rto - a clock that was seen to stop and to go on has nothing to explain', () => {
  const rto = { lowerMs: 5_100 - 2_950, upperMs: 5_202 - 2_950 };
  const away = { lowerMs: 5_100 - 3_202, upperMs: 5_202 - 3_100 };
  assert.deepEqual(clockOf('traffic', [written(`${before} RR E*20 R*110`)], context), {
    ...{ clock: 'traffic', seen: 'outage', floorMs: 102, flaps: 0 },
    ...{ rto, unavailability: away, total: away, perNode: [{ node: 'kong-1', rto }] },
    ...{ firstImpactMs: 3_202 - 2_950, firstSuccessMs: 5_202 - 2_950 },
  });
});

test('rto - a clock that nothing watched, that was never seen to stop, or never to go on, says so', () => {
  const none = { flaps: 0, perNode: [] };
  assert.deepEqual(clockOf('traffic', [], context), {
    ...{ clock: 'traffic', seen: 'unknown', floorMs: 0, perNode: [], why: 'no probe watched this clock' },
  });
  const slower = written('R*15 R*65', { stream: { id: 'slower', spacingMs: 200 } });
  assert.deepEqual(clockOf('traffic', [slower, written(`${before} R*130`)], { ...context, workers: 2 }), {
    ...{ clock: 'traffic', seen: 'none', floorMs: 202, ...none },
    why: 'an outage of only some workers shorter than 2.20 s could have gone unseen',
  });
  const gone = clockOf('traffic', [written(`${before} R*10 E*20`)], context);
  assert.deepEqual([gone.total, gone.unavailability], Array(2).fill({ lowerMs: 1_898, upperMs: null }));
  assert.equal('firstSuccessMs' in gone, false);
});

test('rto - each reason is told, those of streams that stopped before those of streams that were not watched', () => {
  const other = { stream: { id: 'open@kong-2', node: 'kong-2' } };
  const blind = [written(before, { stream: { id: 'jwt', class: 'jwt' } }), written(`${before} R*20`, other)];
  const blindWhy = [
    'jwt on kong-1: no probe ended after the failure',
    'open on kong-2: no failure was seen, but the window of 10.0 s without a failure was not over when the run stopped looking',
  ].join('; ');
  assert.deepEqual(clockOf('traffic', blind, context), {
    ...{ clock: 'traffic', seen: 'unknown', floorMs: 102, perNode: [], why: blindWhy },
  });
  const { why } = clockOf('traffic', [...blind, written(`${before} E*20`)], context);
  const open = 'open on kong-1: not seen to recover: no right answer came after the last failure';
  assert.equal(why, `${open}; ${blindWhy}`);
});

test('rto - a node is as late as its last stream; nodes are told by name', () => {
  const on = (node: string, name: string, failures: number) =>
    written(`${before} E*${failures} R*130`, { stream: { id: `${name}@${node}`, class: name, node } });
  const streams = [on('kong-2', 'open', 20), on('kong-1', 'jwt', 30), on('kong-1', 'open', 10)];
  assert.deepEqual(clockOf('traffic', streams, context).perNode, [
    { node: 'kong-1', rto: { lowerMs: 5_900 - 2_950, upperMs: 6_002 - 2_950 } },
    { node: 'kong-2', rto: { lowerMs: 4_900 - 2_950, upperMs: 5_002 - 2_950 } },
  ]);
});

test('rto - parity says what it saw, and why it has no end', () => {
  const snapshot = (beganMs: number, error?: string): EventOf<'snapshot'> => ({
    ...{ kind: 'snapshot', seq: 0, t: beganMs, beganMs, endedMs: beganMs + 300 },
    ...{ equal: error === undefined, differing: 0, ...(error ? { error } : {}) },
  });
  const parity = (...snapshots: EventOf<'snapshot'>[]) => parityClock(snapshots, 1_000);
  const common = { clock: 'parity', perNode: [] };
  assert.deepEqual(parity(snapshot(699)), {
    ...{ ...common, floorMs: 0, seen: 'unknown', why: 'no snapshot was taken after the failure' },
  });
  const rto = { lowerMs: 0, upperMs: 0 };
  assert.deepEqual(parity(snapshot(700)), { ...common, floorMs: 300, seen: 'none', rto });
  assert.deepEqual(parity(snapshot(900, ''), snapshot(2_000)), {
    ...{ ...common, floorMs: 1_400, seen: 'outage', rto: { lowerMs: 0, upperMs: 1_300 } },
  });
  const open = { ...common, floorMs: 1_300, seen: 'outage', rto: { lowerMs: 2_000, upperMs: null } };
  assert.deepEqual(parity(snapshot(2_000), { ...snapshot(3_000), equal: false }), {
    ...{ ...open, why: 'the last snapshot still differed' },
  });
  assert.deepEqual(parity(snapshot(2_000), snapshot(3_000, 'no answer')), {
    ...{ ...open, why: 'the last snapshot still differed: no answer' },
  });
});

test('rto - what is waited for is told by class, node and reason', () => {
  const waited = (line: string) => settled([written(line)], context, 20_000).waitingFor;
  assert.deepEqual(waited(`${before} E*10`), [
    'open on kong-1: not seen to recover: no right answer came after the last failure',
  ]);
  assert.deepEqual(waited(before), ['open on kong-1: no probe ended after the failure']);
  assert.deepEqual(waited(`${before} R*110`), []);
});

test('rto - a probe may be answered until its timeout, counted from when it was sent', () => {
  const hole = [written(`${before} E*10 R*92 . R*8`, { stream: { t0Ms: 40 } })];
  assert.equal(settled(hole, context, 13_240 + 1_000).settled, false);
  assert.equal(settled(hole, context, 13_240 + 1_001).settled, true);
  const young = { ...context, issuedMs: 100, windowMs: 200 };
  assert.equal(settled([written('R*9')], young, 900).settled, true, 'before the first timeout');
});

test('rto - an outage is drawn from its first failure to the right answer after it, or to its last failure', () => {
  const found = findings([written(`${before} E*10 R*40 W*5 R*10 W*5`)], context);
  const drawn = (lastMs: number) => outagesSeen(found, lastMs).map(({ fromMs, toMs }) => [fromMs, toMs]);
  const [first, second] = [
    [3_002, 4_002],
    [8_002, 8_502],
  ];
  assert.deepEqual(drawn(12_000), [first, second, [9_502, 12_000]]);
  assert.deepEqual(drawn(9_000), [first, second, [9_502, 9_900]]);
});

test('rto - a probe is late by more than a tenth of the spacing and 5 ms, counted from when it was due', () => {
  const lateOf = (spacingMs: number, lateMs: number) => {
    const { stream } = written('', { stream: { spacingMs, t0Ms: 1_000 } });
    const sentMs = 1_000 + spacingMs + lateMs;
    const { late, maxLatenessMs } = probeTotals([{ stream, samples: [[1, sentMs, sentMs + 1, 0]] }], []);
    return [late, maxLatenessMs];
  };
  assert.deepEqual(
    [lateOf(100, 10), lateOf(100, 11)],
    [
      [0, 10],
      [1, 11],
    ],
  );
  assert.deepEqual(
    [lateOf(20, 5), lateOf(20, 6)],
    [
      [0, 5],
      [1, 6],
    ],
  );
});

test('rto - totals are of all streams; the spacing is the widest, but for config probes', () => {
  const every = (spacingMs: number, clock: StreamClock) => written('RE', { stream: { spacingMs, clock } });
  const stall = { kind: 'probe-stall', seq: 0, t: 0, fromMs: 1, toMs: 2, dropped: 3 } as const;
  const streams = [every(100, 'traffic'), every(50, 'uncached'), every(1_000, 'config')];
  assert.deepEqual(probeTotals(streams, [stall, { ...stall, dropped: 4 }]), {
    ...{ sent: 6, right: 3, late: 0, dropped: 7, maxLatenessMs: 0, spacingMs: 100 },
  });
});
