/**
 * What each consumer of JUnit makes of our files, by the rules of its own parser: the same end for each case as we say, with the
 * explanation where that consumer looks for it. The rules were read in the parsers; each is named where it is applied.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { buildJournal } from '../testing/journal-builder.js';
import { junitShapes } from '../testing/junit-shapes.js';
import { judge } from '../verdict/judge.js';
import { junitCases } from './junit-cases.js';
import { junitFlavors, renderCrashedJunit, renderJunit } from './junit.js';
import { plainLine } from './plain-text.js';

type Attributes = Readonly<Record<string, string | undefined>>;
/** As xml2js, xml-js and Rails give it: a text where an element has no attributes, empty where it has neither. */
type Element = string | { readonly $: Attributes; readonly _?: string };

interface Case {
  readonly $: Attributes;
  readonly failure?: readonly Element[];
  readonly error?: readonly Element[];
  readonly skipped?: readonly Element[];
  readonly 'system-out'?: readonly string[];
}

interface Suite {
  readonly $: Attributes;
  readonly testcase?: readonly Case[];
}

interface File {
  readonly xml: string;
  readonly root: { readonly $: Attributes; readonly testsuite: readonly Suite[] };
  readonly suite: Suite;
  readonly cases: readonly Case[];
  readonly expected: readonly Expected[];
}

interface Expected {
  readonly end: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
}

const many = ['testsuite', 'testcase', 'failure', 'error', 'skipped', 'system-out'];
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  attributesGroupName: '$',
  textNodeName: '_',
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => many.includes(name),
});

function read(xml: string, expected: readonly Expected[]): File {
  const { testsuites: root } = parser.parse(xml) as { testsuites: File['root'] };
  const [suite, ...others] = root.testsuite;
  assert.ok(suite && others.length === 0);
  return { xml, root, suite, cases: suite.testcase ?? [], expected };
}

const textOf = (element: Element | undefined): string =>
  typeof element === 'object' ? (element._ ?? '') : (element ?? '');
const messageOf = (element: Element | undefined): string =>
  (typeof element === 'object' ? element.$.message : undefined) ?? '';
const keys = ({ cases }: File) =>
  cases.map(({ $ }) => `${$.file ?? ''} ${$.classname ?? ''} ${$.name ?? ''}`);

function sameEnds({ cases, expected }: File, endOf: (it: Case) => string): void {
  assert.deepEqual(
    cases.map(endOf),
    expected.map(({ end }) => end),
  );
}

/** Passed, and the two ways to be red as one. */
const redIsOne = (end: string): string => (end === 'error' ? 'failure' : end);

function jenkinsCase(it: Case, { end, message }: Expected): void {
  // CaseResult: error before failure, by the text; the message attribute beside it; skipped by its message.
  const red = it.error?.[0] ?? it.failure?.[0];
  assert.equal(textOf(red).trim() !== '', redIsOne(end) === 'failure');
  assert.equal(messageOf(red) !== '', redIsOne(end) === 'failure');
  assert.equal(messageOf(it.skipped?.[0]) !== '', end === 'skipped');
  // Of a case that did not fail, 500 characters at each end of the output are kept.
  const out = it['system-out']?.[0] ?? '';
  if (end === 'passed') assert.ok(out.slice(0, 500).includes(message.slice(0, 200)), out.slice(0, 500));
  if (!out.includes('[[ATTACHMENT|')) return;
  const kept = `${out.slice(0, 500)}\n${out.slice(-500)}`;
  assert.match(kept, /^\[\[ATTACHMENT\|.*\/report\.html\]\]\n\[\[ATTACHMENT\|.*\/journal\.ndjson\]\]$/m);
}

const consumers: Readonly<Record<string, (file: File) => void>> = {
  'Jenkins junit plugin': ({ suite, cases, expected }) => {
    // SuiteResult: a suite without cases does not exist; its package would stand before its name.
    assert.ok(cases.length > 0 && suite.$.package === undefined && suite.$.name !== '');
    for (const [place, it] of cases.entries()) jenkinsCase(it, expected[place] ?? assert.fail());
  },
  GitLab: (file) => {
    sameEnds(file, (it) => (it.failure ? 'failure' : it.error ? 'error' : it.skipped ? 'skipped' : 'passed'));
    // Hash.from_xml gives the text of an element that has one, else a hash; some types it would convert or refuse.
    const converted =
      /^(symbol|date|datetime|dateTime|duration|integer|float|double|decimal|boolean|string|yaml|base64Binary|hexBinary|file|array)$/;
    for (const it of file.cases) {
      for (const element of [it.failure?.[0], it.error?.[0], it.skipped?.[0]].filter(
        (one) => one !== undefined,
      )) {
        assert.ok(textOf(element).trim() !== '');
        assert.doesNotMatch(typeof element === 'object' ? (element.$.type ?? '') : '', converted);
      }
      // One output: several would become an array, which has no attachment.
      assert.ok((it['system-out'] ?? []).length <= 1);
      const [, path] = /\[\[ATTACHMENT\|(.+?)\]\]/.exec(it['system-out']?.[0] ?? '') ?? [];
      if (path !== undefined) assert.match(path, /\/report\.html$/);
    }
    assert.equal(new Set(keys(file)).size, file.cases.length);
  },
  'Azure Pipelines': (file) => {
    sameEnds(file, (it) => (it.failure ? 'failure' : it.error ? 'error' : it.skipped ? 'skipped' : 'passed'));
    // A case without a name is dropped; a time stamp that cannot be read makes the run begin now.
    assert.ok(file.cases.every(({ $ }) => $.name !== undefined && $.name !== ''));
    const { timestamp } = file.suite.$;
    if (timestamp !== undefined) assert.ok(!Number.isNaN(Date.parse(`${timestamp}Z`)), timestamp);
    for (const it of file.cases) if (it.skipped) assert.ok(messageOf(it.skipped[0]).trim() !== '');
  },
  'dorny/test-reporter': (file) => {
    // An element with neither attribute nor text is an empty text, which counts as absent.
    const there = (elements: readonly Element[] | undefined) => elements?.some((it) => it !== '') === true;
    const red = (it: Case) => there(it.failure) || there(it.error);
    assert.deepEqual(
      file.cases.map((it) => (red(it) ? 'failure' : there(it.skipped) ? 'skipped' : 'passed')),
      file.expected.map(({ end }) => redIsOne(end)),
    );
    // Its details are the text alone: the message attribute is not read.
    for (const [place, it] of file.cases.entries())
      if (red(it)) {
        const details = textOf((it.failure ?? it.error)?.[0]);
        assert.ok(details.includes((file.expected[place]?.message ?? '').slice(0, 200)), details);
        // What looks like a frame of Java would be taken for the place of the error.
        assert.doesNotMatch(details, /^at .*\(.*:\d+\)$/m);
      }
    // A class of the suite's own name has no group: that is for what belongs to no path.
    for (const { $ } of file.cases) if ($.classname === file.suite.$.name) assert.equal($.name, 'Run');
    assert.ok(
      Number.parseFloat(file.suite.$.time ?? '') >= 0 && Number.parseFloat(file.root.$.time ?? '') >= 0,
    );
  },
  'mikepenz/action-junit-report': (file) => {
    // Skipped stands before red.
    assert.deepEqual(
      file.cases.map((it) => (it.skipped ? 'skipped' : (it.failure ?? it.error) ? 'failure' : 'passed')),
      file.expected.map(({ end }) => redIsOne(end)),
    );
    for (const it of file.cases) {
      const [element] = it.failure ?? it.error ?? [];
      if (element !== undefined) assert.ok(messageOf(element).trim() !== '' && textOf(element).trim() !== '');
      // Its own words for skipped, which would hide a failure.
      assert.equal(it.$.status, undefined);
    }
  },
  'EnricoMi/publish-unit-test-result-action': (file) => {
    const { $: suite } = file.suite;
    const of = (end: string) => file.expected.filter((it) => it.end === end).length;
    // The totals are those that the suite declares, not those of its cases.
    assert.deepEqual([suite.tests, suite.failures, suite.errors, suite.skipped].map(Number), [
      file.expected.length,
      of('failure'),
      of('error'),
      of('skipped'),
    ]);
    for (const time of [suite.time, ...file.cases.map(({ $ }) => $.time)])
      assert.match(time ?? '', /^\d+(\.\d+)?$/);
    assert.equal(new Set(keys(file)).size, file.cases.length);
  },
  Buildkite: (file) => {
    for (const { $ } of file.cases) {
      assert.ok($.name?.trim() !== '' && $.classname?.trim() !== '');
      assert.ok(Number($.time) >= 0);
    }
    sameEnds(file, (it) => (it.failure ? 'failure' : it.error ? 'error' : it.skipped ? 'skipped' : 'passed'));
  },
  Datadog: (file) => {
    // The upload refuses what is not well formed, which the parser above does too, and what has another root.
    assert.match(file.xml, /^<\?xml [^>]*\?>\s*<testsuites /);
    for (const it of file.cases) {
      const [element] = it.failure ?? it.error ?? [];
      if (typeof element === 'object') assert.ok(element.$.type !== '' && element.$.message !== '');
      else assert.equal(element, undefined);
    }
  },
};

for (const [consumer, holds] of Object.entries(consumers)) {
  for (const [name, shape] of Object.entries(junitShapes)) {
    test(`junit - ${consumer} reads what we mean: ${name}`, async () => {
      const result = judge(buildJournal(shape));
      const expected = junitCases(result).map(({ status, message }) => ({
        end: status,
        message: plainLine(message).replaceAll(']]>', ']] >'),
      }));
      for (const flavor of junitFlavors)
        holds(
          read(await renderJunit(result, { flavor, baseFolder: 'reports/postgres-lost/latest' }), expected),
        );
    });
  }
  test(`junit - ${consumer} reads what we mean: broke before it began`, async () => {
    const message = 'no Docker answers';
    holds(read(await renderCrashedJunit('quickstart', message, 'start it'), [{ end: 'error', message }]));
  });
}

test('junit - GitLab shows the drill file, and no other flavour names one', async () => {
  const result = judge(buildJournal());
  for (const flavor of junitFlavors) {
    const { cases } = read(await renderJunit(result, { flavor }), []);
    const files = new Set(cases.map(({ $ }) => $.file));
    assert.deepEqual([...files], [flavor === 'gitlab' ? 'drills/postgres-lost.yaml' : undefined]);
  }
});
