/** A run's result as a document: what is seen first, then each path, then what an auditor looks for. */
import type { RunResult } from '../model/verdict.js';
import { auditSections } from './audit-sections.js';
import type { ReportDocument } from './document.js';
import { missingOf } from './missing.js';
import { overviewSections } from './overview-section.js';
import { pathSections } from './path-section.js';
import { trendSection } from './trend-section.js';

export function documentOf(result: RunResult): ReportDocument {
  return {
    title: result.drill.title ?? result.drill.name,
    verdict: result.verdict,
    sentence: result.sentence,
    rehearsal: result.rehearsal,
    missing: missingOf(result),
    sections: [
      ...overviewSections(result),
      ...pathSections(result),
      ...trendSection(result),
      ...auditSections(result),
    ],
  };
}
