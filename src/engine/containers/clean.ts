/** Removes what dead runs left on the engine, recognised by their labels; what carries none is never touched. */
import type { Docker } from './docker.js';
import { asEngineError, asked, ignoreAlreadySo } from './docker.js';
import { processTable } from '../../system/process-table.js';
import { caseLabel, ownerOf, runLabel } from './labels.js';
import type { Labels } from './labels.js';

export interface Leftover {
  readonly what: string;
  readonly labels: Labels;
  readonly remove: () => Promise<unknown>;
}

/** Containers first, for they hold the networks and volumes. @returns what was removed, and what was left to another host. */
export async function cleanDead(docker: Docker, signal: AbortSignal): Promise<readonly string[]> {
  const said: string[] = [];
  const elsewhere = new Set<string>();
  const table = await processTable();
  for (const find of [containers, networks, volumes]) {
    for (const leftover of await find(docker, [runLabel], signal)) {
      const owner = ownerOf(leftover.labels, table);
      if (owner === 'elsewhere') elsewhere.add(leftover.labels[runLabel] ?? '');
      if (owner !== 'dead') continue;
      await asked(`remove ${leftover.what}`, leftover.remove().catch(ignoreAlreadySo), signal);
      said.push(`removed ${leftover.what} of run ${leftover.labels[runLabel] ?? ''}`);
    }
  }
  return [...said, ...[...elsewhere].map((run) => `left run ${run} alone: it belongs to another machine`)];
}

/** Removes everything of one case, whatever became of it. All is tried; the first error is thrown, with the others attached. */
export async function removeCase(
  docker: Docker,
  of: { readonly runId: string; readonly caseId: string },
  signal: AbortSignal,
): Promise<void> {
  const wanted = [`${runLabel}=${of.runId}`, `${caseLabel}=${of.caseId}`];
  const errors: Error[] = [];
  for (const find of [containers, networks, volumes]) {
    const found = await find(docker, wanted, signal).catch((error: unknown) => {
      errors.push(asEngineError('list what is left', error));
      return [];
    });
    const removed = found.map(({ what, remove }) =>
      asked(`remove ${what}`, remove().catch(ignoreAlreadySo), signal),
    );
    for (const result of await Promise.allSettled(removed))
      if (result.status === 'rejected') errors.push(asEngineError('remove what is left', result.reason));
  }
  const [first, ...others] = errors;
  if (first && others.length > 0) first.cause ??= others;
  if (first) throw first;
}

async function containers(
  docker: Docker,
  label: string[],
  signal: AbortSignal,
): Promise<readonly Leftover[]> {
  const found = await asked(
    'list containers',
    docker.api.listContainers({ all: true, filters: { label } }),
    signal,
  );
  return found.map(({ Id, Names, Labels }) => ({
    what: `container ${Names[0]?.replace(/^\//, '') ?? Id}`,
    labels: Labels,
    remove: () => docker.api.getContainer(Id).remove({ force: true, v: true }),
  }));
}

async function networks(docker: Docker, label: string[], signal: AbortSignal): Promise<readonly Leftover[]> {
  const found = await asked('list networks', docker.api.listNetworks({ filters: { label } }), signal);
  return found.map(({ Id, Name, Labels }) => ({
    what: `network ${Name}`,
    labels: Labels ?? {},
    remove: () => docker.api.getNetwork(Id).remove(),
  }));
}

async function volumes(docker: Docker, label: string[], signal: AbortSignal): Promise<readonly Leftover[]> {
  const found = await asked('list volumes', docker.api.listVolumes({ filters: { label } }), signal);
  return found.Volumes.map(({ Name, Labels }) => ({
    what: `volume ${Name}`,
    labels: Labels,
    remove: () => docker.api.getVolume(Name).remove({ force: true }),
  }));
}
