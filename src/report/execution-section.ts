/** What was done, when, and how it ended: phases and recovery steps of every case, in UTC. */
import { utcOfCase } from '../model/journal.js';
import { formatDuration } from '../model/units.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import type { Block, Cell, Section } from './document.js';

/** Enough for a person; all of them are in the journal. */
const rowsShown = 400;

export function executionSection(result: RunResult): Section {
  const skipped = result.skipped.map((it) => `${it.recovery}: skipped, ${it.reason}`);
  const blocks: Block[] = [
    ...table(
      'Phases',
      ['Case', 'Phase', 'Began (UTC)', 'Ended (UTC)', 'Took', 'End'],
      result.cases.flatMap((it) => phaseRows(it, result)),
    ),
    ...table(
      'Recovery steps',
      ['Case', 'Step', 'Began (UTC)', 'Ended (UTC)', 'Took', 'End', 'Command'],
      result.cases.flatMap((it) => stepRows(it, result)),
    ),
    ...(skipped.length > 0 ? [{ kind: 'list', items: skipped } as const] : []),
  ];
  const none: Block = { kind: 'paragraph', text: 'Nothing was executed.' };
  return { id: 'execution', title: 'Execution', blocks: blocks.length > 0 ? blocks : [none] };
}

function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): Block[] {
  if (rows.length === 0) return [];
  const more = rows.length - rowsShown;
  const shown =
    more > 0 ? `${caption}: the first ${rowsShown}, the other ${more} are in the journal` : caption;
  return [{ kind: 'table', caption: shown, head, rows: rows.slice(0, rowsShown) }];
}

function phaseRows(it: CaseResult, result: RunResult): Cell[][] {
  return it.phases.map((phase) => [
    { text: it.case },
    { text: phase.phase },
    ...when(phase, it.case, result),
    { text: phase.ok === undefined ? 'unknown' : phase.ok ? 'done' : 'failed' },
  ]);
}

function stepRows(it: CaseResult, result: RunResult): Cell[][] {
  const rows = it.steps.map((step): Cell[] => [
    { text: it.case },
    { text: step.title },
    ...when(step, it.case, result),
    { text: stepEnd(step), ...(step.ok === false && { verdict: 'missed' as const }) },
    { text: step.command?.join(' ') ?? '' },
  ]);
  if (it.steps.every((step) => step.ok === true)) return rows;
  return [
    ...rows,
    [it.case, 'the steps after it', 'not run', '', '', 'skipped', ''].map((text) => ({ text })),
  ];
}

export function stepEnd({ ok, exitCode, detail }: CaseResult['steps'][number]): string {
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  const said = detail === undefined ? '' : `: ${detail}`;
  return ok === undefined ? 'unknown' : `${ok ? 'success' : 'failed'}${code}${said}`;
}

function when(
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs?: number },
  caseId: string,
  result: RunResult,
): Cell[] {
  return [
    utcAt(result, caseId, startedMs),
    endedMs === undefined ? 'not ended' : utcAt(result, caseId, endedMs),
    endedMs === undefined ? '' : formatDuration(endedMs - startedMs),
  ].map((text) => ({ text }));
}

/** Wall time, as a label; `atMs` counts from the start of the run, or of the shard that ran the case. */
export function utcAt({ startedUtc, merged }: RunResult, caseId: string, atMs: number): string {
  const utc = utcOfCase(caseId, { utc: startedUtc, merged });
  return new Date(Date.parse(utc) + atMs).toISOString();
}
