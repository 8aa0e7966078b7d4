/** The history of drills for a terminal: a line of marks for each path, its newest time, and what is stale. */
import type { EarlierRun, Programme } from '../model/history.js';
import { counted, durationMs, formatInterval, formatTarget } from '../model/units.js';
import type { Verdict } from '../model/verdict.js';
import { verdictMarks } from './paint.js';
import { plainText } from './plain-text.js';

export interface ShownHistory {
  readonly drill: string;
  readonly runs: readonly EarlierRun[];
  readonly lastRealUtc?: string;
  /** Images that are others today than those of the newest real run; `now` is missing where one is gone. */
  readonly otherImages: readonly { readonly image: string; readonly then: string; readonly now?: string }[];
}

const { met, missed, inconclusive } = verdictMarks;
const legend = `Oldest run first: ${met} met, ${missed} missed, ${inconclusive} inconclusive; rehearsals are counted.`;
const dayMs = 86_400_000;

export function historyText(
  drills: readonly ShownHistory[],
  programme: Programme | undefined,
  nowUtc: Date,
): string {
  const never = (programme?.drills ?? []).filter((it) => !drills.some(({ drill }) => drill === it.drill));
  const blocks = [
    ...drills.map((it) =>
      [
        `${it.drill}: ${freshness(it, programme?.every, nowUtc).text}`,
        ...pathLines(it),
        ...imageLines(it),
      ].join('\n'),
    ),
    ...never.map((it) => `${it.drill}: NEVER RUN, though it belongs to the programme (${it.disaster})`),
  ];
  return `${[...blocks, legend].map(plainText).join('\n\n')}\n`;
}

export interface Freshness {
  readonly isStale: boolean;
  readonly text: string;
}

/** Whether the newest evidence with a real Kong is younger than the programme asks for. */
export function freshness(
  { lastRealUtc, runs }: ShownHistory,
  every: string | undefined,
  nowUtc: Date,
): Freshness {
  if (lastRealUtc === undefined)
    return {
      isStale: true,
      text: whyStale(runs),
    };
  const ageMs = nowUtc.getTime() - Date.parse(lastRealUtc);
  const days = Math.floor(ageMs / dayMs);
  const age = `last real run ${lastRealUtc}, ${days === 1 ? '1 day' : `${days} days`} ago`;
  if (every === undefined)
    return { isStale: false, text: `${age}; the project does not say how often it is due` };
  const isStale = ageMs > durationMs(every);
  return {
    isStale,
    text: `${isStale ? 'STALE' : 'fresh'}, ${age}, due every ${formatTarget(durationMs(every))}`,
  };
}

function whyStale(runs: readonly EarlierRun[]): string {
  if (runs.length === 0) return 'STALE, no run has ended';
  return runs.some(({ paths }) => paths.length > 0)
    ? 'STALE, rehearsals only: no evidence'
    : 'STALE, no path was ever tried: each was skipped';
}

type Mark = Verdict | 'rehearsal';

/** A mark for each real run, and how many rehearsals lie between. */
function stripOf(marks: readonly Mark[]): string {
  const stretches: [Mark, ...Mark[]][] = [];
  for (const mark of marks) {
    const last = stretches.at(-1);
    if (last && (last[0] === 'rehearsal') === (mark === 'rehearsal')) last.push(mark);
    else stretches.push([mark]);
  }
  return stretches.map(stretchInWords).join(' ');
}

function stretchInWords(stretch: readonly Mark[]): string {
  const real = stretch.filter((mark) => mark !== 'rehearsal').map((mark) => verdictMarks[mark]);
  return real.length > 0 ? real.join('') : counted(stretch.length, 'rehearsal');
}

function pathLines({ runs }: ShownHistory): string[] {
  const names = [...new Set(runs.flatMap((it) => it.paths.map(({ recovery }) => recovery)))];
  const width = Math.max(0, ...names.map((it) => it.length));
  return names.map((recovery) => {
    const own = runs.flatMap((run) =>
      run.paths.filter((it) => it.recovery === recovery).map((path) => ({ run, path })),
    );
    const strip = stripOf(own.map(({ run, path }) => (run.rehearsal ? 'rehearsal' : path.verdict)));
    const last = own.at(-1);
    const rto = last?.path.rto.traffic;
    const time = rto ? `traffic ${formatInterval(rto.lowerMs, rto.upperMs)}` : 'traffic not timed';
    const met = own.filter(({ path }) => path.verdict === 'met').length;
    return `  ${recovery.padEnd(width)}  ${strip}  ${last?.path.verdict ?? ''}, ${time}; ${met} of ${own.length} met`;
  });
}

function imageLines({ otherImages }: ShownHistory): string[] {
  return otherImages.map(({ image, then, now }) =>
    now === undefined
      ? `  ! ${image} is not on this machine any more; the evidence was made with ${then}`
      : `  ! ${image} is another image today (${now}); the evidence was made with ${then}`,
  );
}
