/** The figures of a torture, and its dated report. */
import { availableParallelism, release, totalmem, type } from 'node:os';
import { markdownTable, writeDated } from '../results.mjs';

/** @returns the figures in one sentence, and every leak and wrong verdict. */
export function figuresOf(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const leaks = rows.flatMap((row) => row.leaks.map((leak) => `${row.part}, ${row.name}: leaked: ${leak}`));
  const wrong = rows.flatMap((row) => row.wrong.map((one) => `${row.part}, ${row.name}: wrong: ${one}`));
  const survived = rows.reduce((total, row) => total + (row.wrong.length === 0 ? row.faults : 0), 0);
  return {
    bad: [...leaks, ...wrong],
    sentence: `${sum('inputs')} inputs tried, ${survived} faults survived, ${leaks.length} leaks found, ${wrong.length} verdicts wrong`,
  };
}

/** @returns the file. */
export function writeReport(rows, parts) {
  const { sentence, bad } = figuresOf(rows);
  return writeDated('torture', ({ date, version }) => [
    `# Torture, ${date}`,
    '',
    `Written by \`npm run torture\`, kong-drill ${version}: **${sentence}**.`,
    '',
    `${type()} ${release()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}.`,
    '',
    markdownTable(
      ['part', 'rounds', 'inputs', 'faults', 'leaks', 'wrong', 'hours', 'load', 'first', 'last'],
      parts.map((part) =>
        partLine(
          part,
          rows.filter((row) => row.part === part),
        ),
      ),
    ),
    '## Rounds',
    '',
    markdownTable(
      ['part', 'what', 'times', 'inputs', 'faults', 'seconds', 'found'],
      grouped(rows).map((group) => groupLine(group)),
    ),
    ...(bad.length > 0 ? ['## Leaked or wrong', '', ...bad.map((line) => `- ${line}`), ''] : []),
  ]);
}

function partLine(part, rows) {
  if (rows.length === 0) return [part, 'not run', '', '', '', '', '', '', '', ''];
  const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
  const loads = rows.flatMap(({ load }) => load ?? []);
  const times = rows.map(({ utc }) => utc).sort();
  return [
    part,
    rows.length,
    sum(({ inputs }) => inputs),
    sum(({ faults }) => faults),
    sum(({ leaks }) => leaks.length),
    sum(({ wrong }) => wrong.length),
    (sum(({ seconds }) => seconds) / 3_600).toFixed(2),
    `${Math.min(...loads)} to ${Math.max(...loads)}`,
    times[0],
    times.at(-1),
  ];
}

/** Rounds that do the same, but for their number. */
function grouped(rows) {
  const groups = new Map();
  for (const row of rows) {
    const what = row.name.replace(/^\d+ (?=\D)|, round \d+$/g, '');
    const key = `${row.part}/${what}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...row, what }]);
  }
  return [...groups.values()];
}

function groupLine(rows) {
  const [{ part, what }] = rows;
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
  const bad = rows.filter(({ leaks, wrong }) => leaks.length + wrong.length > 0).length;
  const details = [...new Set(rows.map(({ detail }) => detail))].filter((detail) => detail !== '');
  const found = [bad === 0 ? 'as expected' : `${bad} not as expected`, ...details].join('; ');
  return [part, what, rows.length, sum('inputs'), sum('faults'), sum('seconds').toFixed(0), found];
}
