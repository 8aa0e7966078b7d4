/** Who started the run, as the CI system says it in the environment. */
import type { Environment } from '../system/environment.js';

export interface Trigger {
  /** `GitHub Actions`, …, `CI`, or `by hand`. */
  readonly trigger: string;
  readonly ciLink?: string;
}

export function triggerOf(environment: Environment): Trigger {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = environment;
  if (GITHUB_ACTIONS === 'true') {
    return {
      trigger: 'GitHub Actions',
      ciLink: `${GITHUB_SERVER_URL ?? ''}/${GITHUB_REPOSITORY ?? ''}/actions/runs/${GITHUB_RUN_ID ?? ''}`,
    };
  }
  if (environment.GITLAB_CI === 'true') return withLink('GitLab CI', environment.CI_JOB_URL);
  if (environment.TF_BUILD === 'True') return withLink('Azure Pipelines', azureLink(environment));
  if (environment.JENKINS_URL !== undefined) return withLink('Jenkins', environment.BUILD_URL);
  return { trigger: environment.CI === 'true' ? 'CI' : 'by hand' };
}

function withLink(trigger: string, ciLink: string | undefined): Trigger {
  return ciLink === undefined || ciLink === '' ? { trigger } : { trigger, ciLink };
}

function azureLink({
  SYSTEM_COLLECTIONURI,
  SYSTEM_TEAMPROJECT,
  BUILD_BUILDID,
}: Environment): string | undefined {
  if (SYSTEM_COLLECTIONURI === undefined || SYSTEM_TEAMPROJECT === undefined) return undefined;
  return `${SYSTEM_COLLECTIONURI}${SYSTEM_TEAMPROJECT}/_build/results?buildId=${BUILD_BUILDID ?? ''}`;
}
