import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import type { NewEvent } from '../model/journal.js';
import { virtualClock } from '../testing/virtual-clock.js';
import { watchWayIn } from './way-in.js';

type Look = string | DrillError | undefined;

/** A way that is found so, look by look, and there afterwards. */
function wayWith(...looks: readonly Look[]) {
  const left = [...looks];
  const asked = { times: 0 };
  const noted: NewEvent[] = [];
  const parent = new AbortController();
  const lab = {
    whyUnreachable: () => {
      asked.times += 1;
      const found = left.shift();
      return found instanceof DrillError ? Promise.reject(found) : Promise.resolve(found);
    },
  };
  const record = (event: NewEvent): void => void noted.push(event);
  const way = watchWayIn(lab, { clock: virtualClock(), record, signal: parent.signal });
  return { way, asked, noted, parent, until: (count: number) => untilAsked(asked, count) };
}

async function untilAsked(asked: { readonly times: number }, count: number): Promise<void> {
  while (asked.times < count) await new Promise<void>((resolve) => void setImmediate(resolve));
}

const reasonOf = ({ signal }: { readonly signal: AbortSignal }) => signal.reason as DrillError;

test('way in - lost after three misses in a row, as a fault of the engine', async () => {
  await using run = disposable(wayWith(undefined, 'refused', 'refused', 'refused'));
  await assert.rejects(run.lost(), /can no longer be reached from here: refused; what failed since then/);
  assert.equal(reasonOf(run.way).code, 'engine');
});

test('way in - what was missed once or twice is there, and noted', async () => {
  await using run = disposable(wayWith('refused', 'refused', undefined, 'silent', undefined));
  await run.until(6);
  await run.way.confirm();
  assert.equal(run.way.signal.aborted, false);
  const texts = run.noted.map((event) => (event.kind === 'note' ? event.text : event.kind));
  assert.deepEqual(texts, ['the lab is not reached: refused', 'the lab is not reached: silent']);
});

test('way in - where its near end has ended, that is the reason', async () => {
  const gone = new DrillError('engine', 'relay ended with exit code 137', 'see its log');
  await using run = disposable(wayWith(gone, gone, gone));
  await assert.rejects(run.lost(), gone);
});

test('way in - as many cases as one likes go by the signal of their run, without a warning of Node', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error) => void warnings.push(warning);
  process.on('warning', warn);
  const { signal } = new AbortController();
  const lab = { whyUnreachable: () => Promise.resolve(undefined) };
  const watch = () => watchWayIn(lab, { clock: virtualClock(), record: () => undefined, signal });
  const ways = Array.from({ length: 30 }, watch);
  await Promise.all(ways.map((way) => way[Symbol.asyncDispose]()));
  process.off('warning', warn);
  assert.deepEqual(warnings, []);
});

test('way in - a case does not end between two misses', async () => {
  await using run = disposable(wayWith(undefined, 'refused', 'refused', 'refused', 'refused'));
  await run.until(1);
  await assert.rejects(run.way.confirm(), /refused/);
});

test('way in - an interruption goes on to the case', async () => {
  await using run = disposable(wayWith());
  run.parent.abort(new Error('Ctrl-C'));
  assert.equal(reasonOf(run.way).message, 'Ctrl-C');
  await assert.rejects(run.way.confirm(), /Ctrl-C/);
});

test('way in - nobody looks after the end', async () => {
  const run = wayWith();
  await run.until(2);
  await run.way[Symbol.asyncDispose]();
  const { times } = run.asked;
  await new Promise<void>((resolve) => void setImmediate(resolve));
  assert.equal(run.asked.times, times);
});

function disposable(run: ReturnType<typeof wayWith>) {
  const lost = async (): Promise<void> => {
    while (!run.way.signal.aborted) await new Promise<void>((resolve) => void setImmediate(resolve));
    run.way.signal.throwIfAborted();
  };
  return { ...run, lost, [Symbol.asyncDispose]: () => run.way[Symbol.asyncDispose]() };
}
