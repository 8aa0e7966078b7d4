/** A dump of the database as text, to look into it without restoring it. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { CommandResult } from '../system/command.js';
import { randomHex } from '../system/random.js';
import type { ArtifactContext } from './artifact.js';

export interface DumpText extends AsyncDisposable {
  /** The data of all tables, as `COPY` has it; removed when this is disposed. */
  readonly file: string;
  readonly result: CommandResult;
}

export async function dumpAsText(
  path: string,
  { lab, workFolder, limitMs, signal }: Pick<ArtifactContext, 'lab' | 'workFolder' | 'limitMs' | 'signal'>,
): Promise<DumpText> {
  const file = join(workFolder, `${basename(path)}-${randomHex(4)}.sql`);
  const result = await lab.tool({
    tool: 'pg_restore',
    reads: [path],
    writes: [file],
    limitMs,
    signal,
    args: (seen) => ['--data-only', `--file=${seen.path(file)}`, seen.path(path)],
  });
  return { file, result, [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

/** How many rows a text dump has of each table. */
export async function rowsByTable(file: string): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  let table: string | undefined;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    if (table === undefined) table = /^COPY (?:\w+\.)?"?(\w+)"? .*FROM stdin;$/.exec(line)?.[1];
    else if (line === '\\.') table = undefined;
    else rows.set(table, (rows.get(table) ?? 0) + 1);
  }
  return rows;
}
