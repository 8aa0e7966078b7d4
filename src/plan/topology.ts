/** The topology with every default filled in. */
import type { Drill } from '../model/drill.js';
import { defaultWorkspace } from '../model/plan.js';
import type { Topology } from '../model/plan.js';

type Written = NonNullable<Drill['topology']>;

export function topologyOf({ topology = {} }: Pick<Drill, 'topology'>): Topology {
  return {
    kong: kongOf(topology.kong ?? {}),
    postgres: { version: '15', ...topology.postgres },
    workspaces: [...new Set([defaultWorkspace, ...(topology.workspaces ?? [])])],
  };
}

function kongOf({ adminToken, ...kong }: NonNullable<Written['kong']>): Topology['kong'] {
  return {
    edition: 'oss',
    version: '3.9',
    nodes: 1,
    workers: 2,
    settings: {},
    files: {},
    plugins: [],
    environment: {},
    ...kong,
    ...(adminToken === undefined ? {} : { adminTokenEnvironment: adminToken.env }),
  };
}
