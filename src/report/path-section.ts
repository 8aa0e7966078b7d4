/** One recovery path in full: timeline, parity by kind, behaviour, loss, steps, objectives; of its worst repetition. */
import type { KindComparison } from '../model/journal.js';
import { formatDuration, formatInterval } from '../model/units.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { differenceLine } from '../model/difference-line.js';
import { isJudged } from '../model/kind-figures.js';
import type { Block, Cell, Section } from './document.js';
import { stepEnd } from './execution-section.js';
import { clockText, lossText, newRouteText, raceOf } from './race.js';
import { timelineOf } from './timeline.js';

/** Enough for a person; all of them are in the journal. */
const linesOfFold = 200;
/** Paths that are shown in full; a drill with more is read in the table. */
const pathsShown = 20;
const clockWords = ['traffic', 'config', 'parity'] as const;

export function pathSections(result: RunResult): Section[] {
  const sections = raceOf(result)
    .paths.slice(0, pathsShown)
    .map(({ recovery, repetitions, shown }): Section => {
      const of = repetitions > 1 ? ` (repetition ${shown.repetition} of ${repetitions})` : '';
      return {
        id: `path-${recovery}`,
        title: `${recovery}${of}`,
        blocks: [
          { kind: 'paragraph', text: shown.sentence },
          ...timelineOf(shown),
          objectives(shown),
          ...parity(shown),
          ...behaviour(shown),
          ...loss(shown),
          ...steps(shown),
          ...clocks(shown),
          ...newRoute(shown),
        ],
      };
    });
  return [...sections, ...repetitionsSection(result)];
}

function repetitionsSection({ cases, paths }: RunResult): Section[] {
  if (cases.length === paths.length) return [];
  const rows = cases.map((it) => [
    { text: it.case },
    { text: it.verdict, verdict: it.verdict },
    ...clockWords.map((clock) => ({ text: clockText(it, clock) })),
    { text: lossText(it) },
    { text: it.sentence },
  ]);
  const block: Block = {
    kind: 'table',
    caption: 'Every repetition',
    head: ['Case', 'Verdict', ...clockWords.map((clock) => `RTO ${clock}`), 'Loss', 'In a sentence'],
    rows,
  };
  return [{ id: 'repetitions', title: 'Every repetition', blocks: [block] }];
}

function objectives({ objectives: all }: CaseResult): Block {
  return {
    kind: 'table',
    caption: 'Objectives',
    head: ['Objective', 'Verdict', 'Measured against the target'],
    rows: all.map((it) => [
      { text: it.title },
      { text: it.notRun === true ? 'not run' : it.verdict, verdict: it.verdict },
      { text: it.reason },
    ]),
  };
}

function parity({ parity: kinds }: CaseResult): Block[] {
  if (kinds.length === 0) return [{ kind: 'paragraph', text: 'Entities were not compared.' }];
  const counts = (it: KindComparison): Cell[] =>
    [it.before, it.after, it.missing, it.extra, it.changed, it.duplicated, it.reParented, it.unproven].map(
      (count) => ({
        text: String(count),
      }),
    );
  const table: Block = {
    kind: 'table',
    caption: 'Entities by kind, against the reference from before the disaster',
    head: [
      'Kind',
      'Before',
      'After',
      'Missing',
      'Too many',
      'Changed',
      'Duplicated',
      'Other parent',
      'Not provable',
    ],
    rows: kinds.map((it) => [
      { text: isJudged(it) ? it.kind : `${it.kind} (${it.role}, not judged)` },
      ...counts(it),
    ]),
  };
  const folds = kinds.flatMap((it) => fold(`Differences in ${it.kind}`, it.differences.map(differenceLine)));
  return [table, ...folds];
}

function behaviour({ behaviour: classes }: CaseResult): Block[] {
  if (classes.length === 0) return [];
  const table: Block = {
    kind: 'table',
    caption: 'Answers of the proxy, against those from before the disaster',
    head: ['Class', 'Asked', 'As before', 'Not provable'],
    rows: classes.map((it) =>
      [it.class, it.asked, it.same, it.unproven].map((value) => ({ text: String(value) })),
    ),
  };
  const folds = classes.flatMap((it) =>
    fold(
      `Other answers: ${it.class}`,
      it.differences.map(({ request, before, after }) => `${request}: before ${before}, after ${after}`),
    ),
  );
  return [table, ...folds];
}

function loss({ losses }: CaseResult): Block[] {
  if (losses.length === 0) return [];
  const table: Block = {
    kind: 'table',
    caption:
      'Changes made until the failure, read back after recovery (phantom: refused, yet there; corrupted: there, otherwise than written; resurrected: deleted, yet there)',
    head: [
      'Through',
      'Acknowledged',
      'Lost',
      'Phantom',
      'Corrupted',
      'Resurrected',
      'Unknown',
      'Reaching back',
    ],
    rows: losses.map((it) =>
      [
        it.via,
        it.acknowledged,
        it.lost,
        it.phantom,
        it.corrupted,
        it.resurrected,
        it.unknown,
        it.loss ? formatInterval(it.loss.lowerMs, it.loss.upperMs) : 'not known',
      ].map((value) => ({ text: String(value) })),
    ),
  };
  return [table, ...losses.flatMap((it) => fold(`Changes through ${it.via}`, it.details))];
}

function steps({ steps: all, failedAtMs = 0 }: CaseResult): Block[] {
  if (all.length === 0) return [];
  const table: Block = {
    kind: 'table',
    caption: 'Recovery steps; times since the failure',
    head: ['Stage', 'Step', 'Began', 'Took', 'Ended', 'Command'],
    rows: all.map((it) => [
      { text: it.stage },
      { text: it.title },
      { text: formatDuration(Math.max(0, it.startedMs - failedAtMs)) },
      { text: it.endedMs === undefined ? 'not ended' : formatDuration(it.endedMs - it.startedMs) },
      { text: stepEnd(it), ...(it.ok === false && { verdict: 'missed' as const }) },
      { text: it.command?.join(' ') ?? '' },
    ]),
  };
  const folds = all.flatMap((it) => fold(`Output of ${it.step}`, it.output?.trimEnd().split('\n') ?? []));
  return [table, ...folds];
}

function clocks({ clocks: all, probes }: CaseResult): Block[] {
  const shown = (interval: CaseResult['clocks'][number]['rto']) =>
    interval ? formatInterval(interval.lowerMs, interval.upperMs) : '–';
  const table: Block = {
    kind: 'table',
    caption: 'What the probes saw',
    head: [
      'Clock',
      'RTO',
      'Unavailable',
      'In all',
      'First impact',
      'First success',
      'Flaps',
      'Detection floor',
      'Remark',
    ],
    rows: all.map((it) =>
      [
        it.clock,
        shown(it.rto),
        shown(it.unavailability),
        shown(it.total),
        it.firstImpactMs === undefined ? '–' : formatDuration(it.firstImpactMs),
        it.firstSuccessMs === undefined ? '–' : formatDuration(it.firstSuccessMs),
        String(it.flaps ?? '–'),
        formatDuration(it.floorMs),
        it.why ?? '',
      ].map((text) => ({ text })),
    ),
  };
  const { sent, right, late, dropped, maxLatenessMs } = probes;
  const text = `${sent} probes sent, ${right} answered right; ${late} late (at most ${formatDuration(maxLatenessMs)}), ${dropped} dropped.`;
  return all.length === 0 ? [] : [table, { kind: 'paragraph', text }];
}

function newRoute(shown: CaseResult): Block[] {
  const took = newRouteText(shown);
  if (took === undefined) return [];
  const text = `A new route, written last of all, took effect: ${took}.`;
  return [{ kind: 'paragraph', text }];
}

function fold(title: string, lines: readonly string[]): Block[] {
  if (lines.length === 0) return [];
  const more = lines.length - linesOfFold;
  const shown = more > 0 ? [...lines.slice(0, linesOfFold), `… and ${more} more, in the journal`] : lines;
  return [{ kind: 'fold', title: `${title} (${lines.length})`, lines: shown }];
}
