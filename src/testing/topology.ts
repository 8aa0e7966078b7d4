/** The topology of a drill that writes nothing about its Kong but what is given here. */
import type { Topology } from '../model/plan.js';
import { topologyOf } from '../plan/topology.js';

export function topologyWith(kong: Partial<Topology['kong']> = {}): Topology {
  const topology = topologyOf({});
  return { ...topology, kong: { ...topology.kong, ...kong } };
}
