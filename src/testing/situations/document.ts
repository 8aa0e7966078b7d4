/**
 * What the judge says of every situation, as one text: of the first all of it, of each other what is otherwise than in the first.
 * Kept in reports/examples/situations.md, so that a change of any sentence or figure is seen.
 */
import type { CaseResult, ObjectiveResult, RunResult } from '../../model/verdict.js';
import { judge } from '../../verdict/judge.js';
import { buildJournal } from '../journal-builder.js';
import { situations } from './situations.js';

const head = `# What a result says, situation by situation

<!-- Drawn by \`npm run examples\` from src/testing/situations: change that, or the judge, not this file. -->

Made-up journals, one for each thing that can go otherwise, as \`kong-drill\` judges them. The first is a run in which
everything is back, and stands here whole; of every other situation only what differs from it is shown. The runs whose
reports lie beside this file are real ones.
`;

/** @returns Markdown; the same for the same judge. */
export function situationsDocument(): string {
  const judged = situations.map(([what, shape]) => [what, judge(buildJournal(shape))] as const);
  const usual = judged[0]?.[1];
  const sections = judged.map(([what, result]) =>
    section(what, result, result === usual ? undefined : usual),
  );
  return [head, ...sections].join('\n');
}

function section(what: string, result: RunResult, usual: RunResult | undefined): string {
  const { cases, verdict, exitCode, sentence, ...run } = result;
  const [usualCase] = usual?.cases ?? [];
  return [
    `## ${what}`,
    '',
    `**${verdict}**, exit code ${exitCode}. ${sentence}`,
    '',
    ...cases.flatMap((one) => caseLines(one, usualCase)),
    ...fieldLines(run, usual),
  ].join('\n');
}

function caseLines({ objectives, verdict, case: id, ...fields }: CaseResult, usual?: CaseResult): string[] {
  const changed = objectives.filter((it) => !usual?.objectives.some((other) => isSame(it, other)));
  const ids = new Set(objectives.map((it) => it.id));
  const gone = (usual?.objectives ?? []).filter((it) => !ids.has(it.id)).map((it) => it.id);
  return [
    `### ${id}: ${verdict}`,
    '',
    ...changed.flatMap(objectiveLines),
    ...(gone.length > 0 ? [`- not judged: ${gone.join(', ')}`] : []),
    '',
    ...fieldLines(fields, usual),
  ];
}

function objectiveLines({
  id,
  group,
  title,
  verdict,
  reason,
  details,
  ...figures
}: ObjectiveResult): string[] {
  const others = Object.keys(figures).length > 0 ? ` \`${JSON.stringify(figures)}\`` : '';
  return [
    `- ${id} (${title}${id.startsWith(group) ? '' : `, ${group}`}) **${verdict}**: ${reason}${others}`,
    ...details.map((line) => `  - ${line}`),
  ];
}

/** Each field that is otherwise, on a line of JSON. */
function fieldLines(fields: object, usual: object | undefined): string[] {
  const before = new Map(Object.entries(usual ?? {}));
  const lines = Object.entries(fields)
    .filter(([name, value]) => !isSame(value, before.get(name)))
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return lines.length > 0 ? ['```', ...lines, '```', ''] : [];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
