/** What Azure Pipelines shows of drills by itself: issues of the job, and each report as a tab of its summary. */
import { annotationsOfRuns } from './github.js';
import type { Reported } from './github.js';
import { plainLine, shorten } from './plain-text.js';

const messageLimit = 1_000;

/** Logging commands, one a line. @param absolute turns a path into one that the agent finds. */
export function renderAzureCommands(
  runs: readonly Reported[],
  absolute: (path: string) => string,
): readonly string[] {
  const issues = annotationsOfRuns(runs)
    .filter((it) => it.level !== 'notice')
    .map((it) => {
      const text = shorten(plainLine(`${it.title}: ${it.message}`), messageLimit);
      return `##vso[task.logissue type=${it.level}]${escaped(text)}`;
    });
  const summaries = runs.map(
    (it) => `##vso[task.uploadsummary]${escaped(absolute(`${it.folder}/report.md`))}`,
  );
  return [...issues, ...summaries];
}

/** As the agent reads it back. */
function escaped(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
