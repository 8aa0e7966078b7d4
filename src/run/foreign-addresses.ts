/** An engine that cannot block addresses runs nothing that names one: a real backup's log servers must not be called. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { foreignAddresses } from '../lab/isolation.js';
import { DrillError } from '../model/drill-error.js';
import type { Plan } from '../model/plan.js';

const shownAddresses = 5;

/** @throws DrillError `engine` where the state, an artifact or a pipeline of the plan names an address outside this machine. */
export async function refuseForeignAddresses(plan: Plan): Promise<void> {
  const given = [...plan.artifacts.values()].map(({ path }) => path);
  const synced = plan.failures.map((failure) => (failure.kind === 'wrong-sync' ? failure.file : undefined));
  const { pipeline, deck, databaseDump } = plan.state;
  const paths = [pipeline, deck, databaseDump, ...given, ...synced].filter((path) => path !== undefined);
  const files = await Promise.all([...new Set(paths)].map((path) => filesAt(resolve(plan.folder, path))));
  const found = (await Promise.all(files.flat().map((file) => addressesIn(file, plan.folder)))).flat();
  if (found.length === 0) return;
  const more = found.length > shownAddresses ? [`and ${found.length - shownAddresses} more`] : [];
  throw new DrillError(
    'engine',
    `this engine cannot keep Kong from calling an address: ${[...found.slice(0, shownAddresses), ...more].join('; ')}`,
    'run the drill with --engine containers, whose lab has no way out, or use names in place of addresses',
  );
}

async function addressesIn(file: string, folder: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return foreignAddresses(text).map(
    ({ address, line, column }) => `${relative(folder, file)}:${line}:${column}: ${address}`,
  );
}

async function filesAt(path: string): Promise<string[]> {
  const found = await stat(path);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
