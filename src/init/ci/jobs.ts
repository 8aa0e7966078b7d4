/** Every CI that `init` writes a job for: the literal map. */
import { azure } from './azure.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import { jenkins } from './jenkins.js';
import type { CiJob } from './job.js';

export const ciJobs = { github, gitlab, jenkins, azure } as const satisfies Readonly<Record<string, CiJob>>;

export type CiName = keyof typeof ciJobs;
export const ciNames = Object.keys(ciJobs) as readonly CiName[];

/** The CI whose traces a repository has; `undefined` where it has none. */
export function usedCi(has: (path: string) => boolean): CiName | undefined {
  return ciNames.find((name) => ciJobs[name].traces.some(has));
}
