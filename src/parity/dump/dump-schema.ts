/** What tables a dump in plain SQL has, read line by line. */
import type { Column } from '../columns.js';

export interface DumpedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: Column[];
}

const identifier = '("(?:[^"]|"")+"|[\\w$]+)';
const qualified = `${identifier}\\.${identifier}`;
const create = new RegExp(`^CREATE (?:UNLOGGED )?TABLE ${qualified} \\($`);
const alter = new RegExp(`^ALTER TABLE (?:ONLY )?${qualified}$`);
const foreign = /^ +ADD CONSTRAINT .* FOREIGN KEY \((.+?)\) REFERENCES .*?\((.+?)\)/;
const column = new RegExp(
  `^ {4}${identifier} (.+?)(?: (?:DEFAULT|NOT NULL|COLLATE|GENERATED|CONSTRAINT)\\b.*)?,?$`,
);

/** Takes the lines of a dump outside of its data, and keeps the tables with their columns and what these refer to. */
export class DumpSchema {
  readonly tables = new Map<string, DumpedTable>();
  private open: DumpedTable | undefined;
  private altered: DumpedTable | undefined;

  take(line: string): void {
    if (this.open === undefined) this.takeStatement(line);
    else if (line.startsWith(')')) this.open = undefined;
    else this.takeColumn(line, this.open);
  }

  private takeStatement(line: string): void {
    const [, schema, name] = create.exec(line) ?? [];
    if (schema !== undefined && name !== undefined) {
      this.open = { schema: plain(schema), name: plain(name), columns: [] };
      this.tables.set(tableKey(this.open), this.open);
      return;
    }
    const [, alteredSchema, alteredName] = alter.exec(line) ?? [];
    if (alteredSchema !== undefined && alteredName !== undefined) {
      this.altered = this.tables.get(tableKey({ schema: plain(alteredSchema), name: plain(alteredName) }));
      return;
    }
    const [, here, there] = foreign.exec(line) ?? [];
    if (here !== undefined && there !== undefined) this.takeForeignKey(namesIn(here), namesIn(there));
    this.altered = undefined;
  }

  private takeForeignKey(here: readonly string[], there: readonly string[]): void {
    const at = there.indexOf('id');
    const columns = this.altered?.columns ?? [];
    const index = columns.findIndex(({ name }) => name === here[at]);
    const found = columns[index];
    if (found !== undefined) columns[index] = { ...found, refers: true };
  }

  private takeColumn(line: string, table: DumpedTable): void {
    const [, name, type] = column.exec(line) ?? [];
    if (name === undefined || type === undefined || name === 'CONSTRAINT') return;
    table.columns.push({ name: plain(name), type: type.replace(/\(\d+(?:,\d+)?\)/, ''), refers: false });
  }
}

export interface CopyStatement {
  readonly table: string;
  readonly columns: readonly string[];
}

const copy = new RegExp(`^COPY ${qualified} \\((.*)\\) FROM stdin;$`);

/** The statement that data follow upon, until a line `\.`. */
export function copyIn(line: string): CopyStatement | undefined {
  const [, schema, name, columns] = copy.exec(line) ?? [];
  if (schema === undefined || name === undefined) return undefined;
  return {
    table: tableKey({ schema: plain(schema), name: plain(name) }),
    columns: namesIn(columns ?? ''),
  };
}

export function tableKey({ schema, name }: Pick<DumpedTable, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}

function plain(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function namesIn(list: string): string[] {
  return list.split(', ').map(plain);
}
