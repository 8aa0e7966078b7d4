/** The ways into a lab that was kept which every engine has: the addresses of its nodes. */
import type { KongNode, WayIn } from './engine.js';

export function addressesOf(nodes: readonly KongNode[]): readonly WayIn[] {
  return nodes.flatMap(({ name, adminUrl, proxyUrl }) => [
    { what: `Admin API of ${name}`, how: adminUrl },
    { what: `proxy of ${name}`, how: proxyUrl },
  ]);
}
