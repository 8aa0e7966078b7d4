import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Disposal } from './disposal.js';

test('disposal - newest first, each once, however often it is asked', async () => {
  const disposal = new Disposal();
  const done: string[] = [];
  for (const what of ['first', 'second'])
    disposal.defer(what, async () => void done.push(await Promise.resolve(what)));
  await Promise.all([disposal.dispose(1_000), disposal.dispose(1_000)]);
  await disposal.dispose(1_000);
  assert.deepEqual(done, ['second', 'first']);
});

test('disposal - goes on after an error, and throws the first with all of them attached', async () => {
  const disposal = new Disposal();
  let reached = false;
  disposal.defer('last', () => Promise.resolve(void (reached = true)));
  disposal.defer('b', () => Promise.reject(new Error('second trouble')));
  disposal.defer('a', () => Promise.reject(new Error('first trouble')));
  await assert.rejects(disposal.dispose(1_000), (error: AggregateError) => {
    assert.equal(error.message, 'first trouble');
    assert.deepEqual(
      error.errors.map((each: Error) => each.message),
      ['first trouble', 'second trouble'],
    );
    return true;
  });
  assert.ok(reached);
});

test('disposal - an undo that hangs does not keep the others from running', async () => {
  const disposal = new Disposal();
  let reached = false;
  disposal.defer('last', () => Promise.resolve(void (reached = true)));
  disposal.defer('stuck', () => new Promise(() => undefined));
  await assert.rejects(disposal.dispose(50), /stuck: not done within 500 ms/);
  assert.ok(reached);
});
