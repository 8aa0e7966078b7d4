/** Every report of a run, by the name of its file; each a pure function of the result. */
import type { RunResult } from '../model/verdict.js';
import { junitFileName, renderJunit } from './junit.js';
import type { JunitOptions } from './junit.js';
import { renderMarkdown } from './markdown.js';

export const resultFileName = 'result.json';

export async function renderReports(
  result: RunResult,
  junit: JunitOptions = {},
): Promise<ReadonlyMap<string, string>> {
  // Loaded with the first report: most commands draw none.
  const { renderHtml } = await import('./html/html.js');
  return new Map([
    [resultFileName, `${JSON.stringify(result, null, 2)}\n`],
    [junitFileName(result.drill.name), await renderJunit(result, junit)],
    ['report.md', renderMarkdown(result)],
    ['report.html', renderHtml(result)],
  ]);
}
