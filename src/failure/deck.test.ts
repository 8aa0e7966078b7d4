import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult } from '../system/command.js';
import { untilThrough } from './deck.js';

/** As decK 1.17 ended when the ledger deleted a key that it was about to delete. */
const overtaken = `Summary:
  Created: 0
  Updated: 0
  Deleted: 138
Error: 1 errors occurred:
\twhile processing event: {Delete} key-auth ger-5 for consumer kd-1-holder failed: HTTP status 404 (message: "Not found")
`;

test('a deed of decK - is done again where somebody else deleted an entity before it did', async () => {
  const { runs, result } = await deed([failed(overtaken), failed(overtaken), succeeded]);
  assert.equal(runs, 3);
  assert.equal(result, succeeded);
});

test('a deed of decK - is done once where it works, or fails for another reason', async () => {
  assert.equal((await deed([succeeded])).runs, 1);
  const refused = failed('Error: 1 errors occurred:\n\treading file broken.yaml: services: nonsense');
  assert.equal((await deed([refused])).runs, 1);
});

test('a deed of decK - is given up in the end', async () => {
  const { runs, result } = await deed(Array.from({ length: 9 }, () => failed(overtaken)));
  assert.equal(runs, 5);
  assert.equal(result.ok, false);
});

const succeeded: CommandResult = {
  command: ['deck', 'reset', '--force'],
  exitCode: 0,
  ok: true,
  stdout: '',
  stderr: '',
  durationMs: 1,
  failure: '',
};

function failed(stderr: string): CommandResult {
  return { ...succeeded, exitCode: 1, ok: false, stderr, failure: 'exit code 1' };
}

/** Gives the results in turn; one more run than there are results is an error. */
async function deed(results: readonly CommandResult[]) {
  let runs = 0;
  const result = await untilThrough(() => {
    const next = results[runs];
    runs += 1;
    return next ? Promise.resolve(next) : Promise.reject(new Error('done once too often'));
  });
  return { runs, result };
}
