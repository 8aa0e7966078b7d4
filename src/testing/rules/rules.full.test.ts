/** Every sentence of the measurement, broken in a copy of the compiled code: the test that docs/rules.md names for it turns red. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { brokenCopy } from './broken-copy.js';
import { readRules } from './rules.js';

const rules = await readRules();
const copy = await brokenCopy();
after(() => copy[Symbol.asyncDispose]());

describe('rules - unbroken', () => {
  for (const module of new Set(rules.map((rule) => rule.test)))
    test(module, async () => assert.deepEqual(await copy.failing(module), []));
});

describe('rules - broken', () => {
  for (const rule of rules)
    test(`${rule.rule} ${rule.holds}`, async () => {
      const red = await copy.failingWithout(rule);
      assert.ok(red.length > 0, `${rule.test}: ${rule.title}`);
    });
});
