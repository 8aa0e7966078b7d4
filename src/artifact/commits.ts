/** A git repository as a pipeline: each commit is a run of it, with the files as they were then. */
import type { PipelineStep } from '../model/pipeline.js';
import { commitsOf } from '../system/git.js';
import type { ArtifactContext, Found, RecordedRun } from './artifact.js';

export interface Repository {
  /** Where it was cloned to; the newest commit is checked out. */
  readonly clone: string;
  /** What the pipeline reads, within the repository: commits that do not touch it make no run. */
  readonly path: string | undefined;
  /** What it does with each commit; a sync of `path` by decK where nothing is said. */
  readonly steps: readonly PipelineStep[] | undefined;
}

/** Commits of the branch itself, oldest first: what came in by a merge counts as one run, as CI on that branch had it. */
export async function giveCommits(
  { clone, path, steps = [{ deck: path ?? '.' }] }: Repository,
  { limitMs, signal }: Pick<ArtifactContext, 'limitMs' | 'signal'>,
): Promise<Pick<Found, 'method' | 'faults' | 'runs' | 'createdUtc'>> {
  const method = 'commits';
  const found = await commitsOf(clone, path ?? '.', { limitMs, signal });
  if (!found.ok) return { method, faults: [`git log: ${found.failure}`] };
  const newest = found.commits.at(-1);
  if (!newest)
    return { method, faults: [`expected commits that touch ${path ?? 'the repository'}, found none`] };
  const runs = found.commits.map(({ revision, utc, subject }): RecordedRun => ({
    run: `${revision.slice(0, 10)} ${subject}`,
    at: utc,
    steps: [...steps],
    file: revision,
    folder: clone,
    revision,
  }));
  return { method, faults: [], runs, createdUtc: newest.utc };
}
