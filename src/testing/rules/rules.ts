/** What docs/rules.md says of each rule of the measurement: what holds, one way to break it, and the test that turns red then. */
import { readFile } from 'node:fs/promises';

export interface BrokenRule {
  /** Which of the twenty rules. */
  readonly rule: number;
  readonly holds: string;
  /** A module below `src`, without its ending. */
  readonly code: string;
  /** Stands there once. */
  readonly from: string;
  readonly to: string;
  /** A module below `src`, without its ending. */
  readonly test: string;
  /** How the title of the test begins. */
  readonly title: string;
}

const page = new URL('../../../docs/rules.md', import.meta.url);

/** In the order of the page. @throws Error where a row of a table is not as the others. */
export async function readRules(): Promise<readonly BrokenRule[]> {
  const [, ...sections] = (await readFile(page, 'utf8')).split(/^## (?=\d)/m);
  return sections.flatMap((section) => {
    const rule = Number.parseInt(section, 10);
    const [, , ...rows] = section.split('\n').filter((line) => line.startsWith('|'));
    return rows.map((row) => ({ rule, ...ruleIn(row) }));
  });
}

const nothing = '–';

function ruleIn(row: string): Omit<BrokenRule, 'rule'> {
  const [, holds = '', how = '', red = ''] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [code = '', from = ''] = codeIn(how);
  const [to = how.endsWith(`→ ${nothing}`) ? '' : undefined] = codeIn(how).slice(2);
  const [test = ''] = codeIn(red);
  const title = red.replace(/^`[^`]+`: /, '');
  if (to === undefined || [holds, code, from, test, title].includes(''))
    throw new Error(`not a row of a rule: ${row}`);
  return { holds, code, from, to, test, title };
}

/** What stands between backticks, one or two of them. */
function codeIn(cell: string): readonly string[] {
  return [...cell.matchAll(/(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)/g)].map(([, , text = '']) =>
    text.replaceAll('\\|', '|'),
  );
}
