import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { failureText } from './failure-text.js';

test('failure text - whose fault it is decides the exit code', () => {
  const codeOf = (error: unknown) => failureText(error, false).exitCode;
  assert.equal(codeOf(new DrillError('usage', 'm', 'h')), 4);
  assert.equal(codeOf(new DrillError('engine', 'm', 'h')), 3);
  assert.equal(codeOf(new DrillError('internal', 'm', 'h')), 3);
  assert.equal(codeOf(new TypeError('x')), 3);
  assert.equal(codeOf('a text'), 3);
});

test('failure text - always the next thing to do, the stack only when asked for', () => {
  const error = new Error('broke', { cause: new Error('root') });
  assert.match(failureText(error, false).text, /^kong-drill: broke\n {2}→ .*KONG_DRILL_DEBUG=1[^\n]*$/);
  assert.match(failureText(error, true).text, /\n {4}at [^]*caused by Error: root/);
  assert.match(failureText(new DrillError('usage', 'm', 'do this'), false).text, /→ do this$/);
});
