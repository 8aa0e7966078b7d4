/** A run's result as a document: what is seen first, then each path, then what an auditor looks for. */
import type { RunResult } from '../model/verdict.js';
import { disasterOf } from '../model/drill-failure.js';
import { auditSections, drillOf } from './audit-sections.js';
import type { ReportDocument } from './document.js';
import { missingOf } from './missing.js';
import { overviewSections } from './overview-section.js';
import { realThing } from './rehearsal.js';
import { pathSections } from './path-section.js';
import { trendSection } from './trend-section.js';

export function documentOf(result: RunResult): ReportDocument {
  return {
    title: result.drill.title ?? result.drill.name,
    badge: { text: result.verdict.toUpperCase(), verdict: result.verdict },
    sentence: result.sentence,
    facts: factsOf(result),
    ...(result.rehearsal && { realThing: realThing(result.engine) }),
    missing: missingOf(result),
    sections: [
      ...overviewSections(result),
      ...pathSections(result),
      ...trendSection(result),
      ...auditSections(result),
    ],
    footer: `${result.tool}, run ${result.runId}`,
  };
}

function factsOf({ drill, startedUtc, engine, rehearsal, software }: RunResult): string[] {
  const kong = software.find((it) => it.name === 'kong');
  const who = rehearsal ? 'a stand-in for Kong' : `Kong${kong ? ` ${kong.version}` : ''}`;
  const disaster = disasterOf(drillOf(drill.content).failure ?? []);
  return [
    drill.name,
    ...(disaster === '' ? [] : [`disaster: ${disaster}`]),
    `started ${startedUtc}`,
    `${who}, engine ${engine}`,
  ];
}
