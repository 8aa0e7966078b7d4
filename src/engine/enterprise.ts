/** Kong Enterprise: its licence, the token of its Admin API, and what is said of them. Nothing of it was verified on a licensed image. */
import { DrillError } from '../model/drill-error.js';
import type { Topology } from '../model/plan.js';
import type { Environment } from '../system/environment.js';

type Kong = Topology['kong'];

const licenceVariable = 'KONG_LICENSE_DATA';
const tokenHeader = 'Kong-Admin-Token';

/** Variables of a Kong node, and of `kong migrations`: the token is also the password of the first administrator that these make. */
export function enterpriseVariables(
  kong: Kong,
  environment: Environment,
  standIn: boolean,
): Record<string, string> {
  if (kong.edition !== 'enterprise') return {};
  const licence = environment[licenceVariable];
  const token = tokenOf(kong, environment);
  return {
    ...(licence ? { [licenceVariable]: licence } : {}),
    ...(token ? { KONG_PASSWORD: token } : {}),
    ...(standIn ? { KONG_STANDIN_EDITION: 'enterprise' } : {}),
  };
}

/** Headers that the Admin API asks for, where the drill names a token. */
export function adminHeaders(kong: Kong, environment: Environment): Record<string, string> {
  const token = tokenOf(kong, environment);
  return token === undefined ? {} : { [tokenHeader]: token };
}

/** The token for the user's own commands, under the name that the drill gives it. */
export function tokenVariable(kong: Kong, environment: Environment): Record<string, string> {
  const token = tokenOf(kong, environment);
  return kong.adminTokenEnvironment === undefined || token === undefined
    ? {}
    : { [kong.adminTokenEnvironment]: token };
}

/** What must not appear in any record. */
export function enterpriseSecrets(kong: Kong, environment: Environment): readonly string[] {
  const licence = kong.edition === 'enterprise' ? environment[licenceVariable] : undefined;
  return [licence, tokenOf(kong, environment)].flatMap((secret) => (secret ? [secret] : []));
}

/** @throws DrillError `usage` where the environment does not hold the token that the drill names. */
export function refuseMissingToken({ adminTokenEnvironment: name }: Kong, environment: Environment): void {
  if (name === undefined || environment[name]) return;
  throw new DrillError(
    'usage',
    `topology.kong.adminToken: expected the token in the environment variable ${name}, got nothing`,
    `export ${name}=… before the run`,
  );
}

/** Whether a version is Enterprise's, which has four numbers: `3.9.0.1`. */
export function isEnterprise(version: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+/.test(version);
}

export function enterpriseNotes({ edition }: Kong, environment: Environment): readonly string[] {
  if (edition !== 'enterprise') return [];
  return [
    'Enterprise (licence, token, workspaces) is built from its documentation, and not verified on a licensed image',
    ...(environment[licenceVariable] ? [] : [`${licenceVariable} is not set: Kong runs without a licence`]),
  ];
}

function tokenOf({ adminTokenEnvironment: name }: Kong, environment: Environment): string | undefined {
  return name === undefined ? undefined : environment[name];
}
