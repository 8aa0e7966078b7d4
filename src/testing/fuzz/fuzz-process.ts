/**
 * A round of one target, in a process that Node forbids to start programs and to write outside of one folder.
 * Arguments: target, inputs, seed, folder. Says a dot for each input, and how it ended as JSON.
 */
import { readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FuzzEnd } from './fuzz.js';
import { emptied, fuzzTargets } from './targets.js';

const [name = '', runs, seed, folder = ''] = process.argv.slice(2);
const target = fuzzTargets[name];
if (!target) throw new Error(`expected one of ${Object.keys(fuzzTargets).join(', ')}, got ${name}`);

/** The input that is being tried: what hangs can be looked at. */
const current = join(folder, 'input');
const place = join(folder, 'place');
process.chdir(folder);
/** What a library says by itself goes past the terminal's guard, straight to the screen. */
const warnings: string[] = [];
process.on('warning', ({ message }) => warnings.push(message));

const property = fc.asyncProperty(target.inputs, async (input) => {
  writeFileSync(current, input);
  writeSync(1, '.');
  await target.check(input, emptied(place));
  if (warnings.length > 0) throw new Error(`a warning of Node's: ${warnings.join('; ')}`);
  const strange = readdirSync(folder).filter((one) => !['input', 'place', 'tmp'].includes(one));
  if (strange.length > 0) throw new Error(`files beside its folder: ${strange.join(', ')}`);
});
const details = await fc.check(property, { numRuns: Number(runs), seed: Number(seed), endOnFailure: true });
const { errorInstance, counterexample, numRuns } = details;
const end: FuzzEnd = {
  inputs: numRuns,
  ...(details.failed && {
    fault: { message: messageOf(errorInstance), input: counterexample?.[0] ?? '' },
  }),
};
writeSync(1, `\n${JSON.stringify(end)}\n`);
process.exit(0);

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
