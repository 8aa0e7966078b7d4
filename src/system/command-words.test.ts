import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureInOneLine, failureInWords } from './command-words.js';

const failure = 'exit code 1';

test('command in words - a line that came again and again is said once, with how often', () => {
  const stderr = `initdb: starting\n${'sh: 1: cannot create file\n'.repeat(24)}`;
  assert.equal(
    failureInWords({ failure, stdout: 'not this', stderr }),
    'exit code 1: initdb: starting\nsh: 1: cannot create file (24 times)',
  );
});

test('command in words - of much output the end, and of a long line the beginning', () => {
  const stderr = Array.from({ length: 1_000 }, (_, at) => `line ${at} ${'x'.repeat(10_000)}`).join('\n');
  const said = failureInWords({ failure, stdout: '', stderr });
  assert.match(said, /^exit code 1: …\nline 994 x/);
  assert.match(said, /line 999 x+…$/);
  assert.ok(said.length < 2_000, String(said.length));
  assert.ok(failureInOneLine({ failure, stderr }).length < 400);
});

test('command in words - one that is silent on standard error has said it on standard output, or nothing', () => {
  assert.equal(
    failureInWords({ failure, stdout: 'no space left\n', stderr: ' \n' }),
    'exit code 1: no space left',
  );
  assert.equal(failureInWords({ failure, stdout: '', stderr: '' }), 'exit code 1');
  assert.equal(failureInOneLine({ failure, stderr: '' }), 'exit code 1');
});

test('command in words - in one line, the first error: what comes after it only follows from it', () => {
  const refused =
    'pg_restore: error: reconnection failed: connection to server at "postgres" (192.0.2.1), port 5432 failed: FATAL:  sorry, too many clients already';
  const stderr = `pg_restore: connecting\n${refused}\npg_restore: error: a worker process died unexpectedly\n`;
  assert.equal(failureInOneLine({ failure, stderr }), `exit code 1: ${refused}`);
  assert.equal(failureInOneLine({ failure, stderr: 'one\ntwo\n' }), 'exit code 1: two');
  const headed = 'Error: 1 errors occurred:\n\twhile post processing event: entity already exists\n\n';
  assert.equal(
    failureInOneLine({ failure, stderr: headed }),
    'exit code 1: Error: 1 errors occurred: while post processing event: entity already exists',
  );
});
