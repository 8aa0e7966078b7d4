import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJournal } from '../testing/journal-builder.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderCrashedJunit, renderJunit } from './junit.js';
import { junitFaults, withoutJunitSchema } from '../testing/junit-schema.js';
import { junitShapes, nasty } from '../testing/junit-shapes.js';
import type { JunitOptions } from './junit.js';

const render = (shape: JournalShape, options?: JunitOptions) =>
  renderJunit(judge(buildJournal(shape)), options);

for (const [name, shape] of Object.entries(junitShapes)) {
  test(
    `junit - ${name}: valid against Jenkins xUnit's schema, and never empty`,
    { skip: withoutJunitSchema },
    async () => {
      const xml = await render(shape, { baseFolder: 'reports/postgres-lost/latest' });
      assert.deepEqual(await junitFaults(xml), []);
      assert.match(xml, /<testcase /);
    },
  );

  test(`junit - ${name}: counts are exact, names unique, times plain`, async () => {
    const xml = await render(shape);
    const count = (pattern: RegExp) => xml.match(pattern)?.length ?? 0;
    const [, attributes = ''] = /<testsuite ([^>]*)>/.exec(xml) ?? [];
    const declared = (key: string) => Number(new RegExp(`\\b${key}="(\\d+)"`).exec(attributes)?.[1]);
    assert.equal(declared('tests'), count(/<testcase /g));
    assert.equal(declared('failures'), count(/<failure /g));
    assert.equal(declared('errors'), count(/<error /g));
    assert.equal(declared('skipped'), count(/<skipped /g));
    const names = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"/g)].map(
      (it) => `${it[1]} ${it[2]}`,
    );
    assert.equal(names.length, declared('tests'));
    assert.equal(new Set(names).size, names.length);
    for (const [, time = ''] of xml.matchAll(/ time="([^"]*)"/g)) assert.match(time, /^\d+(\.\d{1,3})?$/);
    assert.match(xml, /<testsuites(?![^>]* skipped=)(?![^>]* timestamp=)[^>]*>/);
    assert.doesNotMatch(xml, /[\u0000-\u0008\u001b\ud800\uffff]/u);
  });
}

test('junit - names and classnames do not depend on what was measured', async () => {
  const names = async (shape: JournalShape) =>
    [...(await render(shape)).matchAll(/classname="[^"]*" name="[^"]*"/g)].map(String);
  const repeated = await names(junitShapes.repeated ?? {});
  assert.deepEqual(repeated, await names({}));
  assert.deepEqual(await names({ cases: [{ outage: { fromMs: 200, toMs: 20_000 } }] }), repeated);
});

test('junit - the time of an RTO case is the measured RTO, of the worst repetition', async () => {
  const xml = await render(junitShapes.repeated ?? {});
  const [, time] = /name="RTO traffic" time="([^"]*)"/.exec(xml) ?? [];
  assert.ok(Number(time) >= 9 && Number(time) < 9.3, time);
  assert.match(xml, /2: met: 8\.\d+–9\.\d+ s/);
});

test('junit - a failure says what is missing, in its message and in its text', async () => {
  const xml = await render(junitShapes.missed ?? {});
  const [, attributes = '', body = ''] = /<failure ([^>]*)>(.*?)<\/failure>/s.exec(xml) ?? [];
  assert.match(attributes, /message="[^"]*1 missing/);
  assert.match(attributes, /type="objective-missed"/);
  assert.match(body, /^\s*<!\[CDATA\[12 before, 11 after: 1 missing\.\nmissing: routes a/);
});

test('junit - missed where another path met it is skipped, with that reason', async () => {
  const xml = await render(junitShapes['missed, not required'] ?? {});
  assert.match(
    xml,
    /<skipped message="missed, not required: 12 before, 11 after: 1 missing\.">missed, not required/,
  );
  assert.doesNotMatch(xml, /<failure/);
});

test('junit - only the GitLab flavour has file attributes', async () => {
  assert.match(await render({}, { flavor: 'gitlab' }), /<testcase [^>]*file="drills\/postgres-lost\.yaml"/);
  for (const flavor of ['jenkins', 'azure', 'github'] as const) {
    assert.doesNotMatch(await render({}, { flavor }), /<testcase [^>]*file=/);
  }
});

test('junit - attachments stand alone on their lines', async () => {
  const xml = await render({}, { baseFolder: 'reports/x' });
  assert.match(xml, /\n\[\[ATTACHMENT\|reports\/x\/report\.html\]\]\n/);
});

test('junit - a rehearsal says so in every case', async () => {
  const xml = await render({ rehearsal: true });
  assert.equal(
    xml.match(/Rehearsal with a stand-in for Kong: no evidence/g)?.length,
    xml.match(/<testcase /g)?.length,
  );
});

test(
  'junit - a runner that broke before its journal leaves a valid file',
  { skip: withoutJunitSchema },
  async () => {
    const xml = await renderCrashedJunit('quickstart', nasty, 'run `kong-drill doctor`');
    assert.deepEqual(await junitFaults(xml), []);
    assert.match(xml, /<error /);
  },
);
