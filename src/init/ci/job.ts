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
/** JUnit of the newest run of each drill. */
export const junitFiles = 'reports/*/latest/TEST-*.xml';
