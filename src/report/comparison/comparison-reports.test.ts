import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { comparisonSchema } from '../../model/comparison.js';
import type { Comparison } from '../../model/comparison.js';
import type { KindComparison } from '../../model/journal.js';
import { kindComparison } from '../../testing/journal-builder.js';
import { junitFaults, withoutJunitSchema } from '../../testing/junit-schema.js';
import { renderComparisonConsole } from './console.js';
import { renderComparisonHtml } from './html.js';
import { renderComparisonJunit } from './junit.js';

const nasty = 'a]]>b \u001b[31mred \u0000 <&"\'> 😀';
const differences: KindComparison['differences'] = [
  { change: 'missing', kind: 'routes', entity: nasty, workspace: 'team a' },
];
const unread = { kind: 'vaults', reason: 'GET /vaults: expected 200, got 403' };
const kinds = [
  kindComparison('services', {}),
  kindComparison('routes', { missing: 30, differences }),
  kindComparison('vaults', { unproven: 1 }),
  kindComparison('sessions', { role: 'runtime', extra: 2 }),
];
const side = { name: 'a', source: 'admin-api', takenAtUtc: '2026-01-01T00:00:00.000Z', entities: 4 } as const;
const comparison: Comparison = {
  schemaVersion: 1,
  tool: 'kong-drill 1',
  level: 'equivalent',
  ignored: ['services.host'],
  before: { ...side, unread: [] },
  after: { ...side, name: nasty, unread: [unread] },
  verdict: 'missed',
  sentence: '30 differences, in routes.',
  kinds,
};

test('comparison - the console has the verdict, each kind, the first differences, and how many more', () => {
  const text = renderComparisonConsole(comparison, { color: false, width: 200 });
  assert.match(text, /^ DIFFERENT {2}30 differences, in routes\.\n/);
  assert.match(text, /^✓ services +all \d+ as before$/m);
  assert.match(text, /^✗ routes /m);
  assert.match(text, /^ {4}missing: routes .* \(workspace team a\)$/m);
  assert.match(text, /^ {4}… and 29 more$/m);
  assert.match(text, /^\? vaults .*\n {4}not read from .*got 403$/m);
  assert.match(text, /^ {2}sessions .*\(runtime: not judged\)$/m);
  assert.ok(!text.includes('\u001b'));
});

test(
  'comparison - JUnit has a case for each kind of configuration',
  { skip: withoutJunitSchema },
  async () => {
    const xml = await renderComparisonJunit(comparison);
    assert.deepEqual(await junitFaults(xml), []);
    assert.match(xml, /tests="3" failures="1" errors="1"/);
    assert.match(xml, /name="Parity of routes"[^]*?<failure message="[^"]*30 missing/);
    assert.match(xml, /name="Parity of vaults"[^]*?<error message="[^"]*not provable/);
    const nothing = await renderComparisonJunit({ ...comparison, kinds: [] });
    assert.deepEqual(await junitFaults(nothing), []);
    assert.match(nothing, /errors="1"/);
  },
);

test('comparison - HTML is one page with every difference escaped', () => {
  const html = renderComparisonHtml(comparison);
  assert.match(html, /<title>DIFFERENT: a and a\]\]>b/);
  assert.match(html, /missing: routes a\]\]>b red/);
  assert.match(html, /services\.host/);
  assert.ok(!/<script|\u001b|\u0000/.test(html));
  assert.match(renderComparisonHtml({ ...comparison, kinds: [], ignored: [] }), /None\./);
});

test('comparison - JSON is as its schema says', () => {
  const validate = new Ajv2020({ strictTypes: false }).compile(comparisonSchema);
  assert.ok(validate(JSON.parse(JSON.stringify(comparison))), JSON.stringify(validate.errors));
});
