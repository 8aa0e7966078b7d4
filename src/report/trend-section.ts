/** How long each path took in the runs before this one, and in this one. */
import type { EarlierRun } from '../model/history.js';
import { formatInterval } from '../model/units.js';
import { verdictOfInterval } from '../model/verdict.js';
import type { CaseResult, Interval, RunResult, Verdict } from '../model/verdict.js';
import type { Block, Cell, Section, TrendPoint } from './document.js';
import { objectivesOf, raceOf } from './race.js';
import type { RacePath } from './race.js';

const clockWords = ['traffic', 'config', 'parity'] as const;
type ClockWord = (typeof clockWords)[number];
const pathsShown = 20;
/** Rows of a table; the figure shows all that are known. */
const runsListed = 10;

export function trendSection(result: RunResult): Section[] {
  if (result.earlier.length === 0) return [];
  const blocks = raceOf(result)
    .paths.slice(0, pathsShown)
    .flatMap((path) => trendOf(path, result));
  return [{ id: 'trend', title: 'Trend over earlier runs', blocks }];
}

function trendOf(path: RacePath, result: RunResult): Block[] {
  const { recovery, shown } = path;
  const earlier = result.earlier.filter((it) => it.paths.some((one) => one.recovery === recovery));
  if (earlier.length === 0)
    return [{ kind: 'paragraph', text: `${recovery}: no earlier run of this path is known.` }];
  const figures = clocksShown(shown).flatMap((clock): Block[] => {
    const targetMs = objectivesOf(shown, `rto-${clock}`)[0]?.targetMs;
    const points = [
      ...earlier.flatMap((it) => pointOf(it.utc, rtoIn(it, recovery, clock), it.rehearsal)),
      ...pointOf(`${result.startedUtc}, this run`, rtoOf(shown, clock), result.rehearsal),
    ].map((point) => ({ ...point, ...againstTarget(point, targetMs) }));
    const title = `${recovery}: RTO ${clock}, oldest run first`;
    return points.length < 2
      ? []
      : [{ kind: 'trend', title, points, ...(targetMs !== undefined && { targetMs }) }];
  });
  return [...figures, table(path, earlier, result)];
}

/** What is judged; where nothing is, traffic. */
function clocksShown(shown: CaseResult): readonly ClockWord[] {
  const judged = clockWords.filter((clock) => objectivesOf(shown, `rto-${clock}`).length > 0);
  return judged.length > 0 ? judged : ['traffic'];
}

function pointOf(label: string, rto: Interval | undefined, rehearsal: boolean): TrendPoint[] {
  return rto ? [{ label, ...rto, rehearsal }] : [];
}

function rtoIn(run: EarlierRun, recovery: string, clock: ClockWord): Interval | undefined {
  return run.paths.find((it) => it.recovery === recovery)?.rto[clock];
}

function rtoOf({ clocks }: CaseResult, clock: ClockWord): Interval | undefined {
  return clocks.find((it) => it.clock === clock)?.rto;
}

/** Earlier runs are shown against the target of today, whatever theirs was. */
function againstTarget(rto: Interval, targetMs: number | undefined): { verdict?: Verdict } {
  if (targetMs === undefined) return {};
  return { verdict: verdictOfInterval(rto, targetMs) };
}

function table(
  { recovery, shown, verdict }: RacePath,
  earlier: readonly EarlierRun[],
  result: RunResult,
): Block {
  const older = earlier.length - runsListed;
  const rows = earlier
    .slice(-runsListed)
    .reverse()
    .map((run): Cell[] => {
      const path = run.paths.find((it) => it.recovery === recovery);
      return [
        { text: run.utc },
        { text: run.runId },
        { text: path?.verdict ?? '–', ...(path && { verdict: path.verdict }) },
        ...clockWords.map((clock) => ({ text: intervalText(rtoIn(run, recovery, clock)) })),
        { text: remarkOf(run, result) },
      ];
    });
  const own: Cell[] = [
    { text: result.startedUtc },
    { text: 'this run' },
    { text: verdict, verdict },
    ...clockWords.map((clock) => ({
      text: intervalText(rtoOf(shown, clock)),
    })),
    { text: result.rehearsal ? 'rehearsal' : '' },
  ];
  return {
    kind: 'table',
    caption: `${recovery}: this run and the ones before it${older > 0 ? `, of which ${older} older ones are left out` : ''}`,
    head: ['Started (UTC)', 'Run', 'Verdict', ...clockWords.map((clock) => `RTO ${clock}`), 'Remark'],
    rows: [own, ...rows],
  };
}

function intervalText(interval: Interval | undefined): string {
  return interval ? formatInterval(interval.lowerMs, interval.upperMs) : '–';
}

/** Why a run may not compare with this one. */
function remarkOf(run: EarlierRun, { engine, drill }: RunResult): string {
  return [
    ...(run.rehearsal ? ['rehearsal'] : []),
    ...(run.engine === engine ? [] : [`engine ${run.engine}`]),
    ...(run.drillSha256 === drill.sha256 ? [] : ['another version of the drill file']),
  ].join(', ');
}
