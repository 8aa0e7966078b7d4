/** What the project has promised to drill, and what of it is due: as it was known when this run began. */
import { durationMs, formatTarget } from '../model/units.js';
import type { Programme } from '../model/history.js';
import type { RunResult } from '../model/verdict.js';
import type { Block, Section } from './document.js';

type Row = readonly [label: string, value: string | undefined];

export function programmeSection(result: RunResult): Section {
  const { programme } = result;
  const table = programme && programme.drills.length > 0 ? [drillsTable(result, programme)] : [];
  return {
    id: 'programme',
    title: 'Programme',
    blocks: [{ kind: 'facts', rows: rowsOf(result) }, ...table],
  };
}

function rowsOf(result: RunResult): Row[] {
  const { programme, earlier, startedUtc } = result;
  const last = earlier.at(-1);
  const due = dueAfter(startedUtc, programme);
  const covered = programme?.drills.filter((it) => isDrilled(it, result));
  const open = programme?.drills.filter((it) => !isDrilled(it, result));
  const named = (drills: Programme['drills'] | undefined) =>
    drills && (drills.map((it) => `${it.disaster} (${it.drill})`).join('; ') || 'none');
  return [
    [
      'Last run of this drill',
      last ? `${last.utc}: ${last.verdict}` : 'none before this one in the index of runs',
    ],
    ['Each drill is due every', programme?.every],
    ['Next due (UTC)', due === undefined ? undefined : new Date(due).toISOString()],
    ['Disasters drilled in the period', programme?.every === undefined ? undefined : named(covered)],
    ['Disasters not drilled in the period', programme?.every === undefined ? undefined : named(open)],
  ];
}

function drillsTable(result: RunResult, programme: Programme): Block {
  const every =
    programme.every === undefined ? '' : `, each due every ${formatTarget(durationMs(programme.every))}`;
  return {
    kind: 'table',
    caption: `Drills of the programme${every}; runs known when this one began`,
    head: ['Drill', 'Disaster', 'Last ended (UTC)', 'Verdict', 'In the period'],
    rows: programme.drills.map((it) => [
      { text: it.drill },
      { text: it.disaster },
      { text: it.drill === result.drill.name ? 'this run' : (it.lastUtc ?? 'never') },
      it.drill === result.drill.name
        ? { text: result.verdict, verdict: result.verdict }
        : { text: it.lastVerdict ?? '–', ...(it.lastVerdict && { verdict: it.lastVerdict }) },
      { text: programme.every === undefined ? '–' : isDrilled(it, result) ? 'yes' : 'NO' },
    ]),
  };
}

function dueAfter(utc: string, programme: Programme | undefined): number | undefined {
  return programme?.every === undefined ? undefined : Date.parse(utc) + durationMs(programme.every);
}

/** Whether it ran to its end within the time in which each drill is due; the drill of this run has. */
function isDrilled(
  { drill, lastUtc }: Programme['drills'][number],
  { drill: own, programme, startedUtc }: RunResult,
): boolean {
  if (drill === own.name) return true;
  const due = lastUtc === undefined ? undefined : dueAfter(lastUtc, programme);
  return due !== undefined && due >= Date.parse(startedUtc);
}
