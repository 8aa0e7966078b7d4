/** How a person looks into a lab that was kept: by the addresses of its relay, and with the docker command. */
import type { KongNode, LabSpec, WayIn } from '../engine.js';
import { addressesOf } from '../ways-in.js';
import { asked } from './docker.js';
import type { Docker } from './docker.js';
import type { PostgresAccess } from './container-spec.js';
import { postgresName } from './kong-environment.js';
import { caseLabel, roleLabel, runLabel } from './labels.js';

const listLimitMs = 10_000;

export interface KeptRoom {
  readonly context: { readonly docker: Docker; readonly access: PostgresAccess };
  readonly nodes: readonly KongNode[];
}

/** @throws DrillError `engine` where Docker does not say which containers there are. */
export async function waysInto(
  { runId, caseId }: Pick<LabSpec, 'runId' | 'caseId'>,
  { context: { docker, access }, nodes }: KeptRoom,
): Promise<readonly WayIn[]> {
  const label = [`${runLabel}=${runId}`, `${caseLabel}=${caseId}`];
  const listed = docker.api.listContainers({ all: true, filters: { label } });
  const found = await asked('list containers', listed, AbortSignal.timeout(listLimitMs));
  const nameOf = new Map(
    found.map(({ Names, Labels }) => [Labels[roleLabel] ?? '', Names[0]?.replace(/^\//, '') ?? '']),
  );
  const inside = (role: string, what: string, command: readonly string[]): WayIn[] => {
    const name = nameOf.get(role);
    return name === undefined ? [] : [{ what, how: ['docker', 'exec', '-it', name, ...command].join(' ') }];
  };
  return [
    ...addressesOf(nodes),
    ...inside(postgresName, 'database', ['psql', '-U', access.user, access.database]),
    ...nodes.flatMap(({ name }) => inside(name, `shell in ${name}`, ['sh'])),
    { what: 'all containers', how: `docker ps --all --filter label=${runLabel}=${runId}` },
  ];
}
