/** The committed examples of reports: each drawn from what a real run, or the audit of real runs, has left. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readJournal } from '../journal/read-journal.js';
import type { AuditPack } from '../model/audit.js';
import { renderAudit, renderReports } from '../report/files.js';
import { judge } from '../verdict/judge.js';

const examplesFolder = fileURLToPath(new URL('../../reports/examples/', import.meta.url));

/** Of each example its folder. */
export async function exampleFolders(): Promise<readonly string[]> {
  const found = await readdir(examplesFolder, { withFileTypes: true });
  return found.filter((it) => it.isDirectory()).map(({ name }) => join(examplesFolder, name));
}

export const journalIn = (folder: string): string => join(folder, 'journal.ndjson');

/** Every report of an example, by the name of its file, as this version draws it. */
export async function drawExample(folder: string): Promise<ReadonlyMap<string, string>> {
  if (existsSync(journalIn(folder)))
    return await renderReports(judge(readJournal(journalIn(folder))), {
      baseFolder: `reports/examples/${basename(folder)}`,
    });
  return await renderAudit(JSON.parse(await readFile(join(folder, 'audit.json'), 'utf8')) as AuditPack);
}
