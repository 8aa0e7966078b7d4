/** An engine that cannot block addresses runs nothing that names one: a real backup's log servers must not be called. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { ArtifactContext, ReadyArtifact } from '../artifact/artifact.js';
import { dumpAsText } from '../artifact/dump-text.js';
import { foreignAddresses } from '../lab/isolation.js';
import { DrillError } from '../model/drill-error.js';
import type { Plan } from '../model/plan.js';

const shownAddresses = 5;

/**
 * What the drill names and can be read as it is; what has to be fetched or unpacked is looked into when it is there.
 * @throws DrillError `engine` where the state, an artifact or a pipeline of the plan names an address outside this machine.
 */
export async function refuseForeignAddresses(plan: Plan): Promise<void> {
  const given = [...plan.artifacts.values()].map((artifact) =>
    artifact.git === undefined ? artifact.path : undefined,
  );
  const synced = plan.failures.map((failure) => (failure.kind === 'wrong-sync' ? failure.file : undefined));
  const { pipeline, deck, databaseDump } = plan.state;
  const paths = [pipeline, deck, databaseDump, ...given, ...synced].filter((path) => path !== undefined);
  const files = await Promise.all([...new Set(paths)].map((path) => filesAt(resolve(plan.folder, path))));
  await refuseAddressesIn(files.flat(), plan.folder);
}

/**
 * The same for an artifact that was given, before anything is loaded from it.
 * @throws DrillError `engine` where it names an address outside this machine.
 */
export async function refuseForeignArtifact(
  { kind, method, path }: Pick<ReadyArtifact, 'kind' | 'method' | 'path'>,
  context: Pick<ArtifactContext, 'lab' | 'workFolder' | 'limitMs' | 'signal'>,
): Promise<void> {
  if (kind !== 'database' || method !== 'logical') {
    await refuseAddressesIn(await filesAt(path), dirname(path));
    return;
  }
  await using text = await dumpAsText(path, context);
  if (text.result.ok) await refuseAddressesIn([text.file], dirname(text.file));
}

async function refuseAddressesIn(files: readonly string[], folder: string): Promise<void> {
  const found = (await Promise.all(files.map((file) => addressesIn(file, folder)))).flat();
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
