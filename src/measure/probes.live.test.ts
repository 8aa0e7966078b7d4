import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import type { NewEvent } from '../model/journal.js';
import { systemClock, waitFor } from '../system/clock.js';
import { forkGateway, openStream, runLiveOutages } from '../testing/live-outages.js';
import { startProbes } from './probes.js';
import { outcomeOf } from './uncertainty.js';

const pace = { spacingMs: 50, timeoutMs: 400 };
const { signal } = new AbortController();

test('probes - go on while the server hangs, none skipped, each on a connection of its own', async () => {
  let connections = 0;
  const server = createServer(() => undefined)
    .on('connection', () => (connections += 1))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = systemClock();
  const probes = await startProbes({
    streams: [openStream('n', port, pace)],
    clock,
    record: () => undefined,
    signal,
  });
  await until(() => (probes.watched()[0]?.samples.length ?? 0) >= 25);
  await probes[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
  const [{ stream, samples } = assert.fail()] = probes.watched();
  const stalls = probes.stalls().length;
  assert.ok(connections >= samples.length);
  const underWay = samples.map(
    ([, sentMs]) => samples.filter((it) => it[1] <= sentMs && it[2] > sentMs).length,
  );
  assert.ok(Math.max(...underWay) >= 3, 'later probes are sent while earlier ones are waited for');
  assert.ok(
    samples.some(([index, sentMs]) => sentMs !== stream.t0Ms + index * stream.spacingMs),
    'told as it was sent, not as it was due',
  );
  for (const [place, sample] of samples.entries()) {
    if (stalls === 0) assert.equal(sample[0], place, 'in order, without a hole');
    assert.equal(outcomeOf(sample), 'timeout');
    assert.ok(sample[1] >= stream.t0Ms + sample[0] * stream.spacingMs, 'never before it is due');
    assert.ok(sample[2] - sample[1] >= pace.timeoutMs - 1);
  }
});

test('probes - an outage is measured as it was', async () => {
  const { results, events } = await runLiveOutages(
    [
      { kind: 'refuse', lastsMs: 700, workers: 1 },
      { kind: 'hang', lastsMs: 900, workers: 1 },
      { kind: 'wrong-body', lastsMs: 500, workers: 1 },
    ],
    { windowMs: 1_000 },
  );
  for (const { outage, found, truth } of results) {
    const { lowerMs, upperMs } = found.rto ?? assert.fail(`${outage.kind}: ${found.why ?? found.seen}`);
    const told = `${outage.kind}: [${lowerMs}, ${upperMs ?? '…'}], truth ${truth.end.earliestMs}`;
    assert.ok(upperMs !== null && lowerMs <= truth.end.latestMs && upperMs >= truth.end.earliestMs, told);
  }
  const [first] = events;
  assert.equal(first?.kind, 'streams');
});

test('probes - a stopped prober notes its stall and gives overdue probes up, never bunching them', async () => {
  await using gateway = await forkGateway(1);
  const clock = systemClock();
  const events: NewEvent[] = [];
  const streams = [openStream('n', gateway.ports[0] ?? 0, pace)];
  await using probes = await startProbes({ streams, clock, record: (event) => events.push(event), signal });
  await clock.sleep(500);
  process.kill(probes.pid ?? 0, 'SIGSTOP');
  await clock.sleep(600);
  process.kill(probes.pid ?? 0, 'SIGCONT');
  await until(() => events.some((event) => event.kind === 'probe-stall' && event.toMs - event.fromMs > 500));
  const before = probes.watched()[0]?.samples.length ?? 0;
  await until(() => (probes.watched()[0]?.samples.length ?? 0) >= before + 8);
  const dropped = events.reduce((sum, event) => sum + (event.kind === 'probe-stall' ? event.dropped : 0), 0);
  assert.ok(dropped >= 9, `${dropped} given up`);
  // Samples come in the order in which they ended.
  const sentMs = (probes.watched()[0]?.samples ?? []).map((sample) => sample[1]).sort((a, b) => a - b);
  const bunched = sentMs.filter(
    (ms, place) => place > 1 && ms - (sentMs[place - 2] ?? 0) < pace.spacingMs / 2,
  );
  assert.deepEqual(bunched, []);
});

test('probes - a prober that dies is noted, and nobody waits for it', async () => {
  await using gateway = await forkGateway(1);
  const clock = systemClock();
  const events: NewEvent[] = [];
  const streams = [openStream('n', gateway.ports[0] ?? 0, pace)];
  await using probes = await startProbes({ streams, clock, record: (event) => events.push(event), signal });
  await clock.sleep(300);
  const waiting = probes.untilSettled({ issuedMs: clock.nowMs(), workers: 1, windowMs: 10_000 }, 60_000);
  process.kill(probes.pid ?? 0, 'SIGKILL');
  assert.equal((await waiting).settled, false);
  assert.ok(events.some((event) => event.kind === 'note' && event.level === 'finding'));
});

async function until(holds: () => boolean): Promise<void> {
  const look = () =>
    Promise.resolve(holds() ? ({ done: true, value: true } as const) : ({ done: false, seen: '' } as const));
  const { done } = await waitFor(look, { clock: systemClock(), limitMs: 60_000 });
  assert.ok(done, `expected within a minute: ${holds.toString()}`);
}
