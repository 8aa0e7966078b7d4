/** Every report of a run, by the name of its file; each a pure function of the result. */
import type { AuditPack } from '../model/audit.js';
import type { RunResult } from '../model/verdict.js';
import { auditDocument } from './audit-document.js';
import { junitFileName, renderJunit } from './junit.js';
import type { JunitOptions } from './junit.js';
import { renderMarkdown, renderMarkdownOf } from './markdown.js';

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

/** The pack of a period, by the name of each file. */
export async function renderAudit(pack: AuditPack): Promise<ReadonlyMap<string, string>> {
  const { renderPage } = await import('./html/html.js');
  const document = auditDocument(pack);
  return new Map([
    ['audit.json', `${JSON.stringify(pack, null, 2)}\n`],
    ['audit.md', renderMarkdownOf(document)],
    ['audit.html', renderPage(document)],
  ]);
}
