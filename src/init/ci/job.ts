/** A CI job that runs the drills of a project: nightly and before a release. One file each in this folder, and the map. */

export interface CiTerms {
  /** The folder of drills, from the top of the repository. */
  readonly drills: string;
  /** How the job gets kong-drill: one command. */
  readonly install: string;
  /** How it calls it: `npx kong-drill`. */
  readonly program: string;
  /** Files of the repository that are there already. */
  readonly has: (path: string) => boolean;
  /** What one of them holds; `undefined` where it is not there, or cannot be read. */
  readonly read: (path: string) => string | undefined;
  /** The branch whose drills run each night; `undefined` where nobody knows. */
  readonly branch?: string;
}

export interface CiJob {
  readonly title: string;
  /** A file or folder at the top of a repository that uses this CI. */
  readonly traces: readonly string[];
  readonly files: (terms: CiTerms) => readonly CiFile[];
  /** What is left to do by hand; empty where nothing is. */
  readonly remains: (terms: CiTerms) => readonly string[];
}

export interface CiFile {
  readonly path: string;
  readonly content: string;
}

/** First lines of each file: what it does is the same everywhere. */
export const heading = `# Written by \`kong-drill init\`: recovery drills each night, and on a tag before a release.
# The job fails where an objective was missed, was not proved, or the runner broke.`;

/** Reports are kept from job to job, also of a failed one: the trend and the index of runs live in them. */
export const reportsFolder = 'reports';
/** Where each machine puts what it ran, beside those of the others. */
export const shardsFolder = 'shards';
/** How many machines share the work, until somebody changes it in the file that was written. */
export const shards = 2;
export const shardNumbers: readonly number[] = Array.from({ length: shards }, (_, at) => at + 1);
/** Ends before the job does: what does not fit is skipped by name, and the reports are still written. */
export const timeLimit = '50m';

/**
 * What each machine runs. Its exit code is not the job's: that of `merge` counts, which also names a shard that is missing.
 * @param shard as the option takes it: `2/5`.
 */
export function runCommand({ drills, program }: CiTerms, shard: string, out: string): string {
  const earlier = `--history ${reportsFolder} --out ${out} --time-limit ${timeLimit}`;
  return `${program} run ${drills} --tag "$TAG" --engine containers --shard ${shard} ${earlier}`;
}

/** All shards become one run. */
export function mergeCommand({ program }: CiTerms): string {
  return `${program} merge ${shardsFolder}/* --out ${reportsFolder}`;
}

/**
 * Goes before everything that can fail: the reports of earlier jobs come with a `latest` too, and what it leads to would be given to
 * the CI as results of today.
 */
export const forgetLatest = `rm -rf ${reportsFolder}/*/latest`;
/** JUnit of the newest run of each drill. */
export const junitFiles = 'reports/*/latest/TEST-*.xml';
