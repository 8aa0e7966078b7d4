import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { questioner, QuestionLeft } from './question.js';

/** A terminal at which somebody presses keys as soon as something is asked. */
function pressing(keys: string, signal = new AbortController().signal) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  output.once('data', () => input.write(keys));
  return { ask: questioner(signal, { input, output }), input };
}

test('question - the answer is what was typed', async () => {
  assert.equal(await pressing('gitlab\r').ask('CI? '), 'gitlab');
});

for (const [key, code] of [
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
] as const)
  test(`question - ${key} is no answer, and nothing else`, async () => {
    await assert.rejects(pressing(code).ask('CI? '), QuestionLeft);
  });

test('question - so is an input that ends', async () => {
  const { ask, input } = pressing('');
  const asked = ask('CI? ');
  input.end();
  await assert.rejects(asked, QuestionLeft);
});

test('question - a program that is told to end says why', async () => {
  const ending = new AbortController();
  const asked = pressing('', ending.signal).ask('CI? ');
  ending.abort(new Error('interrupted by SIGTERM'));
  await assert.rejects(asked, (error) => !(error instanceof QuestionLeft));
});
