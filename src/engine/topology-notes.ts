/** What a reader must know of a topology, whatever engine brings it up. */
import type { Topology } from '../model/plan.js';

export function topologyNotes({ kong }: Topology, standIn: boolean): readonly string[] {
  if (!standIn || kong.plugins.length === 0) return [];
  return [
    `the stand-in knows ${kong.plugins.join(', ')} by name only: it takes any configuration, and does nothing with it`,
  ];
}
