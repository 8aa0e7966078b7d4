/** Inputs that once broke something; and that the fuzzer itself sees what it looks for. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { foundInputs } from './found.js';
import { liveParts } from './inert.js';
import { mutated, mutatedLines } from './mutations.js';
import { nastyTars, tarText } from './tars.js';
import { emptied, fuzzTargets } from './targets.js';

const known = [
  ...foundInputs,
  ...nastyTars.map(([what, entries]) => ['tar', what, tarText(entries)] as const),
  ['tar', 'one that is cut short', tarText([{ name: 'a', content: 'kdx'.repeat(500) }]).slice(0, 1_000)],
] as const;
for (const [target, what, input] of known)
  test(`fuzz - ${target}: ${what}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kd-found-'));
    try {
      await fuzzTargets[target]?.check(input, emptied(join(folder, 'place')));
    } finally {
      await rm(folder, { recursive: true });
    }
  });

const junit = (inner: string): string =>
  `<?xml version="1.0"?><testsuites><testsuite name="a">${inner}</testsuite></testsuites>`;

const live: readonly (readonly [Parameters<typeof liveParts>[1], string])[] = [
  ['console', 'a \u001b[2J b'],
  ['console', 'a \u009b1A'],
  ['console', 'a \u202e b'],
  ['junit', junit('<kdx/>')],
  ['junit', junit('a ]]> b')],
  ['junit', junit('a & b')],
  ['junit', junit('<testcase name="a"b"/>')],
  ['junit', junit('<testcase name="a">')],
  ['junit', junit('\u0008')],
  ['html', '<p>a <kdx> b</p>'],
  ['html', '<p title="a" onkdx="1">b</p>'],
  ['html', '<a href="javascript:kdx:1">b</a>'],
  ['markdown', 'a <kdx> b'],
  ['markdown', '[kdx](javascript:kdx)'],
  ['markdown', '```text\nnever closed'],
  ['ci', '::error title=a::b\n::set-env name=kdx::'],
];
for (const [form, text] of live)
  test(`inert - ${form}: ${JSON.stringify(text.slice(-40))} is seen`, () => {
    assert.notDeepEqual(liveParts(text, form), []);
  });

test('inert - what is escaped passes', () => {
  assert.deepEqual(
    liveParts(
      junit('<testcase name="a &lt;kdx&gt;"><failure><![CDATA[<kdx>]]></failure></testcase>'),
      'junit',
    ),
    [],
  );
  assert.deepEqual(
    liveParts('<p title="&lt;kdx onkdx=1&gt;">&lt;kdx&gt;</p><a href="#report">b</a>', 'html'),
    [],
  );
  assert.deepEqual(liveParts('```text\n<kdx>\n```\n\\[kdx\\]\\(x\\) &lt;kdx&gt;', 'markdown'), []);
});

test('mutations - nearly all of them change something, and JSON stays JSON', () => {
  const lines = [{ a: 1, b: { c: 'd' } }, { e: [1, 2] }];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const changed = fc.sample(mutatedLines([lines]), { numRuns: 200, seed: 1 });
  for (const one of changed) for (const line of one.trim().split('\n')) JSON.parse(line);
  for (const inputs of [changed, fc.sample(mutated([text]), { numRuns: 200, seed: 1 })])
    assert.ok(new Set(inputs.filter((one) => one !== text)).size > 150);
});
