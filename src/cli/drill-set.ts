/** The drills that a command line names, or its end: what is wrong with them, printed. */
import { counted } from '../model/units.js';
import { collectDrills, withTags } from '../drillfile/collect.js';
import type { DrillOnDisk, Skipped } from '../drillfile/collect.js';
import { formatProblem } from '../drillfile/problem.js';
import type { LocatedProblem } from '../drillfile/problem.js';
import { alternatives, didYouMean, nearest } from '../drillfile/words.js';
import { DrillError } from '../model/drill-error.js';
import type { Given, Option } from './command.js';
import { styled } from './terminal.js';
import type { Terminal } from './terminal.js';

export const tagOption: Option = {
  kind: 'list',
  description: 'only drills with this tag; several times for any of several',
  value: 'TAG',
};
export const onlyOption: Option = {
  kind: 'list',
  description: 'only this recovery path; several times for several',
  value: 'PATH',
};

/** Where drills are, if nobody says another place. */
export const usualDrills = 'drills';

/**
 * The valid drills with the tags that were asked for; `undefined` after printing what is wrong.
 * @throws DrillError `usage` where none has the tags, or no recovery path the name.
 */
export function readDrills(given: Given, err: Terminal): readonly DrillOnDisk[] | undefined {
  const { drills, problems, files, skipped } = collectDrills(given.operands);
  tellSkipped(skipped, err);
  if (problems.length > 0) {
    printProblems(problems, files.length, err);
    return undefined;
  }
  const chosen = drillsTagged(drills, given.list('tag'));
  refuseUnknownPaths(given.list('only'), chosen);
  return chosen;
}

/** @throws DrillError `usage` where there are drills, and none has any of the tags. */
export function drillsTagged(
  drills: readonly DrillOnDisk[],
  tags: readonly string[],
): readonly DrillOnDisk[] {
  const chosen = withTags(drills, tags);
  if (chosen.length === 0 && drills.length > 0) throw noneTagged(tags, drills);
  return chosen;
}

export function tellSkipped(skipped: readonly Skipped[], err: Terminal): void {
  for (const { file, kind } of skipped) err.line(styled('dim', `${file} is ${kind} and no drill: skipped`));
}

/** What cannot be corrected in a file ends with its own next thing to do. */
export function printProblems(problems: readonly LocatedProblem[], files: number, err: Terminal): void {
  for (const problem of problems) err.line(formatProblem(problem));
  const inFiles = problems.filter(({ line }) => line !== undefined);
  if (inFiles.length === 0) return;
  const wrong = new Set(inFiles.map(({ file }) => file));
  const of = files > wrong.size ? ` of ${files}` : '';
  const noun = Math.max(files, wrong.size) === 1 ? 'file' : 'files';
  err.line(
    styled('red', `\n${counted(inFiles.length, 'problem')} in ${wrong.size}${of} ${noun}.`),
    ` Correct ${inFiles.length === 1 ? 'it' : 'them'}, then: kong-drill validate ${shortened([...wrong])}`,
  );
}

/** A few of many names. */
export function shortened(names: readonly string[]): string {
  return `${names.slice(0, 3).join(' ')}${names.length > 3 ? ' …' : ''}`;
}

function noneTagged(tags: readonly string[], drills: readonly DrillOnDisk[]): DrillError {
  const known = [...new Set(drills.flatMap(({ drill }) => drill.tags ?? []))];
  const question = didYouMean(nearest(tags[0] ?? '', known));
  return new DrillError(
    'usage',
    `none of ${counted(drills.length, 'drill')} has the tag ${alternatives(tags)}${question}`,
    known.length === 0 ? 'leave --tag away: no drill has tags' : `tags there are: ${known.join(', ')}`,
  );
}

function refuseUnknownPaths(only: readonly string[], drills: readonly DrillOnDisk[]): void {
  const known = [...new Set(drills.flatMap(({ drill }) => Object.keys(drill.recovery)))];
  const unknown = only.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const question = didYouMean(nearest(unknown, known));
  throw new DrillError(
    'usage',
    `no drill has a recovery path ${JSON.stringify(unknown)}${question}`,
    `paths there are: ${known.join(', ')}`,
  );
}
