/** Who reads the JUnit file: asked for, or found out from the environment. */
import { junitFlavors } from '../report/junit.js';
import type { JunitFlavor } from '../report/junit.js';
import type { Environment } from '../system/environment.js';
import type { Given, Option } from './command.js';

export const junitFlavorOption: Option = {
  kind: 'text',
  description: 'who reads the JUnit file; found out from the CI that runs it',
  value: 'FLAVOR',
  choices: junitFlavors,
};

/** `jenkins`, the form that all can read, where nothing says otherwise. */
export function junitFlavorOf(given: Given, environment: Environment): JunitFlavor {
  const asked = junitFlavors.find((flavor) => flavor === given.text('junit-flavor'));
  if (asked !== undefined) return asked;
  if (environment.GITLAB_CI === 'true') return 'gitlab';
  if (environment.TF_BUILD === 'True') return 'azure';
  return environment.GITHUB_ACTIONS === 'true' ? 'github' : 'jenkins';
}
