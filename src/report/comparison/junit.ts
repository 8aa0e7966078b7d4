/** A comparison as JUnit: one suite, one test case for each kind of configuration. */
import type { TestSuite } from 'junit-report-builder';
import type { Comparison } from '../../model/comparison.js';
import type { KindComparison } from '../../model/journal.js';
import { judgedKinds, verdictOfKind } from '../../model/kind-figures.js';
import { cdata, newBuilder } from '../junit.js';
import { finishJunit } from '../junit-xml.js';
import { plainLine, shorten } from '../plain-text.js';
import { detailLines, kindLine } from './words.js';

const suiteName = 'kong-drill compare';
const messageLimit = 400;

export async function renderComparisonJunit(comparison: Comparison): Promise<string> {
  const builder = await newBuilder('compare');
  const { before, after, level, verdict, sentence, kinds } = comparison;
  const suite = builder.testSuite().name(suiteName).time(0);
  const properties = { verdict, sentence, level, before: before.name, after: after.name };
  for (const [name, value] of Object.entries(properties))
    suite.property(name, shorten(plainLine(value), messageLimit));
  const judged = judgedKinds(kinds);
  for (const kind of judged) addCase(suite, kind, comparison);
  if (judged.length === 0)
    suite.testCase().className(suiteName).name('Parity').error('nothing was compared', 'inconclusive');
  return finishJunit(builder.build(), { skipTexts: [], hostname: 'unknown', id: suiteName });
}

function addCase(suite: TestSuite, kind: KindComparison, comparison: Comparison): void {
  const message = shorten(kindLine(kind), messageLimit);
  const text = cdata([message, ...detailLines(comparison, kind).map(plainLine)].join('\n'));
  const testCase = suite
    .testCase()
    .className(suiteName)
    .name(plainLine(`Parity of ${kind.kind}`))
    .time(0);
  switch (verdictOfKind(kind)) {
    case 'missed':
      testCase.failure(message, 'entities-differ').stacktrace(text);
      break;
    case 'inconclusive':
      testCase.error(message, 'inconclusive', text);
      break;
    default:
      testCase.standardOutput(`${text}\n`);
  }
}
