import type { JsonObject } from '../json.js';
import { idOf, text } from '../json.js';

export interface Peer {
  readonly host: string;
  readonly port: number;
}

interface Ring {
  readonly upstream: JsonObject;
  readonly targets: { peer: Peer; weight: number; current: number }[];
}

/** Kong's upstreams: names that stand for targets, taken in turn by their weights. */
export class Balancer {
  readonly #rings: Map<string, Ring>;

  constructor(upstreams: JsonObject[], targets: JsonObject[]) {
    this.#rings = new Map(
      upstreams.map((upstream) => [
        text(upstream.name),
        {
          upstream,
          targets: targets
            .filter((target) => idOf(target.upstream) === upstream.id)
            .map((target) => ({ peer: peerOf(target), weight: Number(target.weight), current: 0 })),
        },
      ]),
    );
  }

  upstreamNamed = (host: string): JsonObject | undefined => this.#rings.get(host)?.upstream;

  /** The next peer of the upstream of this name; undefined when it has none. */
  next(name: string): Peer | undefined {
    // Smooth weighted round robin, as nginx does it.
    const targets = this.#rings.get(name)?.targets.filter(({ weight }) => weight > 0) ?? [];
    const total = targets.reduce((sum, { weight }) => sum + weight, 0);
    for (const target of targets) target.current += target.weight;
    const [best] = targets.sort((a, b) => b.current - a.current);
    if (best) best.current -= total;
    return best?.peer;
  }
}

function peerOf(target: JsonObject): Peer {
  const address = text(target.target);
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(address.slice(colon + 1)) };
}
