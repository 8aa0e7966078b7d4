/** Kong as the runner can have it: in traditional mode, with a database that is the lab's own. */
import type { Problem } from '../problem.js';
import { valueProblem } from './check.js';
import type { Check } from './check.js';

const ways = 'kong-drill knows Kong in traditional mode with its own Postgres';
const modes: Readonly<Record<string, { readonly only: string; readonly sentence: string }>> = {
  role: { only: 'traditional', sentence: `hybrid mode is not covered: ${ways}` },
  database: { only: 'postgres', sentence: `DB-less mode and other databases are not covered: ${ways}` },
  konnect_mode: { only: 'off', sentence: `Konnect is not covered: ${ways}` },
  declarative_config: {
    only: '',
    sentence: `DB-less mode and the Kubernetes controller are not covered: ${ways}`,
  },
  declarative_config_string: { only: '', sentence: `DB-less mode is not covered: ${ways}` },
};

/** With these, Kong would leave the lab, or the runner would lose sight of it. */
const ownedByRunner =
  /^(pg_(ro_)?(host|port|user|password|database|schema|ssl.*)|(proxy|admin|admin_gui|status|cluster|cluster_telemetry)_listen|prefix|nginx_worker_processes|nginx_main_worker_processes|nginx_daemon|dns_resolver|resolver_address|dns_hostsfile|resolver_hosts_file|resolver_resolv_conf|cluster_control_plane|node_id|anonymous_reports)$/;

interface Setting {
  readonly path: readonly (string | number)[];
  readonly name: string;
  readonly value: unknown;
}

export const settings: Check = {
  reads: [],
  find: ({ drill }) => {
    const { settings: written = {}, environment = {} } = drill.topology?.kong ?? {};
    const all: Setting[] = [
      ...Object.entries(written).map(([name, value]) => ({
        path: ['topology', 'kong', 'settings', name],
        name,
        value,
      })),
      ...Object.entries(environment)
        .filter(([name]) => name.startsWith('KONG_'))
        .map(([name, value]) => ({
          path: ['topology', 'kong', 'environment', name],
          name: name.slice('KONG_'.length).toLowerCase(),
          value,
        })),
    ];
    return all.flatMap(refused);
  },
};

/** What open source Kong has not. */
export const editions: Check = {
  reads: [['topology'], ['artifacts']],
  find: ({ drill }) => {
    const { kong = {}, workspaces = [] } = drill.topology ?? {};
    if (kong.edition === 'enterprise') return [];
    const hint = 'set `edition: enterprise` under `topology.kong`, or leave it away';
    const problems: Problem[] = workspaces.flatMap((workspace, index) =>
      workspace === 'default'
        ? []
        : [
            valueProblem(
              ['topology', 'workspaces', index],
              `only Enterprise has the workspace ${workspace}`,
              hint,
            ),
          ],
    );
    const dumps = Object.entries(drill.artifacts ?? {}).flatMap(([name, artifact]) =>
      artifact.kind === 'deck' && artifact.allWorkspaces === true
        ? [
            valueProblem(
              ['artifacts', name, 'allWorkspaces'],
              'only Enterprise has more than one workspace',
              hint,
            ),
          ]
        : [],
    );
    const token =
      kong.adminToken === undefined
        ? []
        : [
            valueProblem(
              ['topology', 'kong', 'adminToken'],
              'only Enterprise asks for an Admin API token',
              hint,
            ),
          ];
    return [...problems, ...[...dumps, ...token].map((problem): Problem => ({ ...problem, at: 'key' }))];
  },
};

export const failureNodes: Check = {
  reads: [['failure'], ['topology', 'kong', 'nodes']],
  find: ({ drill }) => {
    const count = drill.topology?.kong?.nodes ?? 1;
    return drill.failure.flatMap((failure, index): Problem[] => {
      if (!('nodes' in failure)) return [];
      const path = ['failure', index, 'nodes'];
      if (failure.target === 'postgres') {
        return [valueProblem(path, 'Postgres has no nodes: `nodes` is for Kong', 'leave `nodes` away')];
      }
      if (failure.nodes === 'all') return [];
      return failure.nodes.flatMap((node, place) =>
        node <= count
          ? []
          : [
              valueProblem(
                [...path, place],
                `expected a node out of 1 to ${count}, got ${node}`,
                'raise `topology.kong.nodes`, or name another node',
              ),
            ],
      );
    });
  },
};

function refused({ path, name, value }: Setting): readonly Problem[] {
  const mode = modes[name];
  const text = String(value);
  if (mode && text !== mode.only && !(mode.only === 'off' && text === 'false')) {
    return [valueProblem(path, mode.sentence, 'leave the setting away')];
  }
  if (!ownedByRunner.test(name)) return [];
  const problem = valueProblem(
    path,
    `the runner sets ${name} itself, so that Kong stays within the lab`,
    name.startsWith('nginx_worker') ? 'use `topology.kong.workers`' : 'leave the setting away',
  );
  return [{ ...problem, at: 'key' }];
}
