/**
 * JUnit as Jenkins, GitLab, Azure and the GitHub actions read it without loss: one flat suite for a drill, one test case for an
 * objective of a recovery path, with the worst of its repetitions. Valid against Jenkins xUnit's `junit-10.xsd`.
 */
import type { Builder, TestCase, TestSuite } from 'junit-report-builder';
import type { ObjectiveResult, RunResult } from '../model/verdict.js';
import { junitCases } from './junit-cases.js';
import type { JunitCase } from './junit-cases.js';
import { finishJunit } from './junit-xml.js';
import { plainLine, plainText, shorten } from './plain-text.js';

export const junitFlavors = ['jenkins', 'gitlab', 'azure', 'github'] as const;
export type JunitFlavor = (typeof junitFlavors)[number];

export interface JunitOptions {
  /** `gitlab` adds the drill's path as `file`; the others are served by one and the same. */
  readonly flavor?: JunitFlavor;
  /** The run's folder, as CI finds it; where it is given, its files are attached. */
  readonly baseFolder?: string;
}

const messageLimit = 400;
const nameLimit = 512;
const linesLimit = 100;
const attachments = ['report.html', 'journal.ndjson'] as const;

export const junitFileName = (drill: string): string => `TEST-${drill}.xml`;

export async function renderJunit(result: RunResult, options: JunitOptions = {}): Promise<string> {
  const cases = junitCases(result);
  const builder = await newBuilder(result.drill.name);
  const suite = builder
    .testSuite()
    .name(result.drill.name)
    .timestamp(result.startedUtc.slice(0, 'yyyy-mm-ddThh:mm:ss'.length))
    .time(seconds(result.durationMs));
  for (const [name, value] of properties(result))
    suite.property(name, shorten(plainLine(value), messageLimit));
  for (const it of cases) addCase(suite, it, { result, options });
  const skipTexts = cases.flatMap((it) => (it.status === 'skipped' ? [explanation(it)] : []));
  const hostname = hostnameOf(result);
  return finishJunit(builder.build(), {
    skipTexts,
    hostname: plainLine(hostname),
    id: plainLine(result.runId),
  });
}

/** Of a merged run those of all machines. */
function hostnameOf({ host, merged }: RunResult): string {
  const names = (merged?.shards ?? []).flatMap((it) => it.host.hostname ?? []);
  return String(host.hostname ?? ([...new Set(names)].join(' ') || 'unknown'));
}

/** For a run that broke before it had a journal: one case that says so. */
export async function renderCrashedJunit(drill: string, message: string, hint: string): Promise<string> {
  const builder = await newBuilder(drill);
  const suite = builder.testSuite().name(drill).time(0);
  const text = plainText(`The run broke before anything was measured: ${message}\n${hint}`);
  suite
    .testCase()
    .className(drill)
    .name('Run')
    .time(0)
    .error(shorten(plainLine(message), messageLimit), 'runner-failed', cdata(text));
  return finishJunit(builder.build(), { skipTexts: [], hostname: 'unknown', id: drill });
}

/** Loaded when the first report is written: it takes a while, and most commands write none. */
export async function newBuilder(drill: string): Promise<Builder> {
  const { default: exported } = await import('junit-report-builder');
  // Its types are those of an ES module, its code is CommonJS: what they call the module is the builder itself.
  const builder = exported as unknown as Builder;
  return builder.newBuilder().name(`kong-drill ${drill}`);
}

interface Surroundings {
  readonly result: RunResult;
  readonly options: JunitOptions;
}

function addCase(suite: TestSuite, it: JunitCase, { result, options }: Surroundings): void {
  const testCase: TestCase = suite
    .testCase()
    .className(shorten(plainLine(it.className), nameLimit))
    .name(shorten(plainLine(it.name), nameLimit))
    .time(seconds(it.timeMs));
  if (options.flavor === 'gitlab') testCase.file(plainLine(result.drill.path));
  const message = shorten(plainLine(it.message), messageLimit);
  if (it.status === 'failure') testCase.failure(message, it.type).stacktrace(cdata(explanation(it)));
  if (it.status === 'error') testCase.error(message, it.type, cdata(explanation(it)));
  if (it.status === 'skipped') testCase.skipped();
  testCase.standardOutput(cdata(`${output(it, result, options)}\n`));
}

/** The whole explanation, the verdict in its first line. */
function explanation({ message, objective }: JunitCase): string {
  return [plainLine(message), ...detailLines(objective)].join('\n');
}

function detailLines(objective: ObjectiveResult | undefined): string[] {
  const details = (objective?.details ?? []).map(plainLine);
  const more = details.length - linesLimit;
  return more > 0 ? [...details.slice(0, linesLimit), `… and ${more} more`] : details;
}

function output(it: JunitCase, result: RunResult, { baseFolder }: JunitOptions): string {
  const head = `${it.verdictWord}: ${plainLine(it.message)}`;
  const rehearsal = result.rehearsal
    ? ['Rehearsal with a stand-in for Kong: no evidence of a recovery time.']
    : [];
  const files =
    baseFolder === undefined
      ? []
      : attachments.map((file) => `[[ATTACHMENT|${plainLine(baseFolder)}/${file}]]`);
  return [head, ...rehearsal, ...it.repetitions.map(plainLine), ...files].join('\n');
}

function* properties(result: RunResult): Generator<[string, string]> {
  yield ['verdict', result.verdict];
  yield ['sentence', result.sentence];
  yield ['run', result.runId];
  yield ['tool', result.tool];
  yield ['engine', result.engine];
  yield ['rehearsal', String(result.rehearsal)];
  yield ['complete', String(result.complete)];
  yield ['drill.sha256', result.drill.sha256];
  for (const it of result.software) yield [`software.${it.name}`, `${it.version} (${it.kind})`];
  for (const path of result.paths) yield [`${path.recovery}.verdict`, path.verdict];
  for (const it of result.cases) {
    for (const { id, measured } of it.objectives) {
      if (!measured) continue;
      yield [`${it.case}.${id}.lowerMs`, measured.lowerMs.toFixed(3)];
      yield [`${it.case}.${id}.upperMs`, measured.upperMs?.toFixed(3) ?? 'not seen to end'];
    }
    for (const { via, lost, acknowledged } of it.losses)
      yield [`${it.case}.lost.${via}`, `${lost} of ${acknowledged}`];
  }
}

/** The builder cuts only the first end of a CDATA section apart. */
export function cdata(text: string): string {
  return text.replaceAll(']]>', ']] >');
}

/** Plain seconds with at most 3 decimals, never NaN, never below 0, no exponent. */
function seconds(ms: number): number {
  return Number.isFinite(ms) ? Math.round(Math.max(0, ms)) / 1_000 : 0;
}
