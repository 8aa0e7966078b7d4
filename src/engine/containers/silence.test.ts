import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { asked } from './docker.js';
import { watchForSilence } from './silence.js';

const short = { every: 5, patience: 100 };
const never = () => new Promise<never>(() => undefined);

/** Nobody who pings keeps the process alive; until they have ended, this does. */
async function untilEnded(...watches: readonly Promise<void>[]): Promise<void> {
  const over = new AbortController();
  const awake = sleep(60_000, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.all(watches);
  over.abort();
  await awake;
}

test('silence - an engine that does not answer a ping ends what waits for it, with the reason', async () => {
  const end = new AbortController();
  await untilEnded(watchForSilence(never, { ...short, end }));
  assert.match(String(end.signal.reason), /the Docker engine has not answered for 0\.1 s, not even a ping/);
});

test('silence - slow answers and refusals are answers', async () => {
  const end = new AbortController();
  const answers = [() => sleep(50), () => Promise.reject(new Error('500')), () => sleep(50), never];
  let asked = 0;
  const ping = () => (answers[asked++] ?? never)();
  await untilEnded(watchForSilence(ping, { ...short, end }));
  assert.equal(asked, answers.length, 'the last of them only is silence');
  assert.ok(end.signal.aborted);
});

test('silence - however often this process connects, it pings once', async () => {
  const end = new AbortController();
  const asked = { first: 0, second: 0 };
  const watches = [
    watchForSilence(() => (++asked.first < 3 ? sleep(1) : never()), { ...short, end }),
    watchForSilence(() => Promise.resolve(++asked.second), { ...short, end }),
  ];
  await untilEnded(...watches);
  assert.deepEqual(asked, { first: 3, second: 0 });
});

/** The last of this file: afterwards the engine of this process is silent. */
test('silence - calls that wait end with it, as many as there are, and no later one is waited for', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => void warnings.push(warning);
  process.on('warning', warn);
  const calls = Array.from({ length: 30 }, () => asked('run deck in deck', never()));
  const waiting = Promise.all(calls.map((call) => assert.rejects(call, /not even a ping/)));
  await untilEnded(watchForSilence(never, short));
  await waiting;
  process.off('warning', warn);
  assert.deepEqual(warnings, []);
  const { signal } = new AbortController();
  await assert.rejects(asked('kill kong-1', never(), signal), /not even a ping/);
});
