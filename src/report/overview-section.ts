/** The first look: paths raced side by side, what is wrong, and what was skipped. */
import type { RunResult } from '../model/verdict.js';
import type { Bar, Block, Section } from './document.js';
import { objectivesOf, raceOf, skippedLines, troubles } from './race.js';
import type { Race } from './race.js';

const troublesShown = 20;

export function overviewSections(result: RunResult): Section[] {
  const race = raceOf(result);
  const blocks: Block[] = [...raceTable(race), ...raceBars(race)];
  const skipped = skippedLines(result);
  if (skipped.length > 0) {
    blocks.push(
      { kind: 'paragraph', text: 'Skipped, so nothing is known of them:' },
      { kind: 'list', items: skipped },
    );
  }
  const wrong = wrongBlocks(race);
  return [
    { id: 'race', title: 'Recovery paths side by side', blocks },
    ...(wrong.length > 0 ? [{ id: 'wrong', title: 'What was missed or not proved', blocks: wrong }] : []),
  ];
}

function raceTable({ paths, rows }: Race): Block[] {
  if (paths.length === 0) return [{ kind: 'paragraph', text: 'No recovery path was tried.' }];
  const names = paths.map((it) =>
    it.repetitions > 1 ? `${it.recovery} (worst of ${it.repetitions})` : it.recovery,
  );
  const verdicts = paths.map(({ verdict, required }) => ({
    text: required || verdict === 'met' ? verdict : `${verdict}, not required`,
    verdict,
  }));
  return [
    {
      kind: 'table',
      caption: 'Each recovery path on a fresh copy of the same disaster',
      head: ['', 'Target', ...names],
      rows: [
        [{ text: 'Verdict' }, { text: '' }, ...verdicts],
        ...rows.map((row) => [{ text: row.label }, { text: row.target }, ...row.cells]),
      ],
    },
  ];
}

/** Every repetition of every path, one chart for each clock. */
function raceBars({ paths }: Race): Block[] {
  return (['traffic', 'config', 'parity'] as const).flatMap((clock): Block[] => {
    const bars = paths.flatMap(({ recovery, shown }): Bar[] => {
      const rto = shown.clocks.find((it) => it.clock === clock)?.rto;
      const verdict = objectivesOf(shown, `rto-${clock}`)[0]?.verdict;
      return rto ? [{ label: recovery, ...rto, ...(verdict && { verdict }) }] : [];
    });
    const targetMs = paths.flatMap(({ shown }) => objectivesOf(shown, `rto-${clock}`))[0]?.targetMs;
    if (bars.length === 0) return [];
    const title = `RTO ${clock}: from the failure until recovered`;
    return [{ kind: 'intervals', title, bars, ...(targetMs !== undefined && { targetMs }) }];
  });
}

function wrongBlocks({ paths }: Race): Block[] {
  return paths.flatMap(({ recovery, verdict, shown }): Block[] => {
    const all = troubles(shown);
    if (all.length === 0) return [];
    const lines = all
      .slice(0, troublesShown)
      .map((it) => `${it.title}: ${it.notRun === true ? 'not run' : it.verdict}: ${it.reason}`);
    const more = all.length > troublesShown ? [`… and ${all.length - troublesShown} more`] : [];
    const hint = shown.hint === undefined ? [] : [`What to do: ${shown.hint}`];
    return [
      { kind: 'paragraph', text: `${recovery}: ${verdict}`, strong: true },
      { kind: 'list', items: [...lines, ...more, ...hint] },
    ];
  });
}
