/** Recovery paths side by side: the figures that console, Markdown and HTML all show, as text. */
import { judgedTotals } from '../model/kind-figures.js';
import { formatCounts, formatDuration, formatInterval } from '../model/units.js';
import type { CaseResult, ClockResult, Loss, ObjectiveResult, RunResult, Verdict } from '../model/verdict.js';
import { plainLine } from './plain-text.js';

export interface RaceCell {
  readonly text: string;
  /** Missing where the drill asks nothing of it. */
  readonly verdict?: Verdict;
}

export interface RacePath {
  readonly recovery: string;
  readonly verdict: Verdict;
  readonly required: boolean;
  /** The worst repetition, whose figures are shown. */
  readonly shown: CaseResult;
  readonly repetitions: number;
}

export interface RaceRow {
  readonly label: string;
  readonly target: string;
  /** One for each path. */
  readonly cells: readonly RaceCell[];
}

export interface Race {
  readonly paths: readonly RacePath[];
  readonly rows: readonly RaceRow[];
}

export function raceOf(result: RunResult): Race {
  const paths = result.paths.flatMap((path) => {
    const shown = result.cases.find((it) => it.recovery === path.recovery && it.verdict === path.verdict);
    return shown ? [{ ...path, shown }] : [];
  });
  const row = (label: string, group: string, cellOf: (shown: CaseResult) => string): RaceRow => ({
    label,
    target: targetOf(paths, group),
    cells: paths.map(({ shown }) => cell(cellOf(shown), objectivesOf(shown, group))),
  });
  return {
    paths,
    rows: [
      row('RTO traffic', 'rto-traffic', (shown) => clockText(shown, 'traffic')),
      row('RTO config', 'rto-config', (shown) => clockText(shown, 'config')),
      row('RTO parity', 'rto-parity', (shown) => clockText(shown, 'parity')),
      row('Exposure (RPO)', 'rpo', exposureText),
      lossRow(paths),
      row('Entities', 'parity', parityText),
      row('Behaviour', 'behaviour', behaviourText),
    ],
  };
}

/** What was lost within the RPO was lost all the same: only a miss gets its mark. */
function lossRow(paths: readonly RacePath[]): RaceRow {
  return {
    label: 'Loss',
    target: '',
    cells: paths.map(({ shown }) => {
      const judged = objectivesOf(shown, 'rpo');
      const nothingLost = shown.losses.every((it) => it.lost === 0);
      return cell(lossText(shown), nothingLost ? judged : judged.filter((it) => it.verdict !== 'met'));
    }),
  };
}

/** A clock in words: an interval, or why there is none. */
export function clockText(shown: CaseResult, clock: ClockResult['clock']): string {
  const found = shown.clocks.find((it) => it.clock === clock);
  if (!found || found.seen === 'unknown') return 'not timed';
  if (found.seen === 'none')
    return clock === 'parity' ? 'equal from the start' : `no outage (< ${formatDuration(found.floorMs)})`;
  return found.rto ? formatInterval(found.rto.lowerMs, found.rto.upperMs) : 'not timed';
}

/** Objectives of one group, whose ids are the group, with or without a kind behind a colon. */
export function objectivesOf(shown: CaseResult, group: string): readonly ObjectiveResult[] {
  return shown.objectives.filter((it) => it.group === group);
}

/** What a reader has to look at, worst first: everything of a case that is not met. */
export function troubles(shown: CaseResult): readonly ObjectiveResult[] {
  const those = (verdict: Verdict) =>
    shown.objectives.filter((it) => it.verdict === verdict && it.notRun !== true);
  const notRun = shown.objectives.filter((it) => it.notRun === true);
  return [...those('missed'), ...those('inconclusive'), ...notRun];
}

/** How long a route took that was written after the recovery, on each node; `undefined` where that was not timed. */
export function newRouteText({ newRoute }: CaseResult): string | undefined {
  const nodes = newRoute?.map(({ node, took }) =>
    took.upperMs === null
      ? `not seen on every worker of ${node}`
      : `after ${formatInterval(took.lowerMs, took.upperMs)} on ${node}`,
  );
  return nodes?.join(', ');
}

/** Of each way by which changes were made, where there are several. */
function exposureText({ exposureMs, losses }: CaseResult): string {
  if (losses.length < 2) return exposureOf(exposureMs);
  return losses.map((it) => `${exposureOf(it.exposureMs)} through ${it.via}`).join('; ');
}

function exposureOf(exposureMs: number | undefined): string {
  return exposureMs === undefined ? 'not known' : formatDuration(exposureMs);
}

export function lossText({ losses, failedAtMs }: CaseResult): string {
  if (failedAtMs === undefined) return 'not known';
  const through = ({ via }: Loss): string => (losses.length > 1 ? ` through ${via}` : '');
  return losses.map((one) => `${lossOfOneWay(one)}${through(one)}`).join('; ') || 'no changes made';
}

function lossOfOneWay(one: Loss): string {
  const { acknowledged, lost, phantom, corrupted, resurrected, unknown } = one;
  const wrong = formatCounts([
    [phantom, 'phantom'],
    [corrupted, 'corrupted'],
    [resurrected, 'resurrected'],
  ]);
  const blind = one.loss === undefined && acknowledged > 0 && unknown >= acknowledged;
  if (blind && wrong === '') return `none of ${acknowledged} read back`;
  return [`${lost} of ${acknowledged} lost`, wrong].filter((text) => text !== '').join(', ');
}

export function parityText({ parity }: CaseResult): string {
  const { kinds, before, differing, unproven } = judgedTotals(parity);
  if (kinds === 0) return 'not compared';
  const rest = unproven === 0 ? '' : `, ${unproven} shown by logins only`;
  return `${differing === 0 ? `all ${before} back` : `${differing} of ${before} differ`}${rest}`;
}

export function behaviourText({ behaviour }: CaseResult): string {
  if (behaviour.length === 0) return 'not compared';
  const asked = behaviour.reduce((sum, it) => sum + it.asked, 0);
  const same = behaviour.reduce((sum, it) => sum + it.same, 0);
  return `${same} of ${asked} as before`;
}

/** Every path but those that ran, with the reason. */
export function skippedLines(result: RunResult): readonly string[] {
  return result.skipped.map((it) => plainLine(`${it.recovery}: ${it.reason}`));
}

function targetOf(paths: readonly RacePath[], group: string): string {
  const target = paths
    .flatMap(({ shown }) => objectivesOf(shown, group))
    .find((it) => it.target !== undefined)?.target;
  return target === undefined ? '' : `≤ ${target}`;
}

function cell(text: string, objectives: readonly ObjectiveResult[]): RaceCell {
  const verdicts = objectives.map((it) => it.verdict);
  const worst = (['missed', 'inconclusive', 'met'] as const).find((it) => verdicts.includes(it));
  return { text: plainLine(text), ...(worst && { verdict: worst }) };
}
