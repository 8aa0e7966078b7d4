import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

export interface Location {
  readonly address: string;
  readonly port: number;
}

interface Kept {
  readonly address: string;
  /** Of an SRV record, which says where, whatever the service says. */
  readonly port: number | undefined;
  readonly untilMs: number;
}

/** Resolves names the way Kong does: with `dns_resolver` set, nobody else is asked. */
export class Names {
  readonly #resolver: Resolver | undefined;
  readonly #kept = new Map<string, Kept>();

  constructor(nameServer: string | undefined) {
    if (nameServer === undefined) return;
    this.#resolver = new Resolver({ timeout: 2000, tries: 2 });
    this.#resolver.setServers([nameServer]);
  }

  /** An address of the name. Throws when there is none. */
  async resolve(name: string): Promise<string> {
    return (await this.#addressOf(name)).address;
  }

  /** Where an upstream is: SRV before A (`dns_order`), and kept as long as its record says. Throws when it is nowhere. */
  async locate(name: string, port: number): Promise<Location> {
    const now = Date.now();
    const known = this.#kept.get(name);
    if (known && known.untilMs > now) return { address: known.address, port: known.port ?? port };
    const service = await this.#serviceOf(name);
    const { address, ttl } = await this.#addressOf(service?.name ?? name);
    this.#kept.set(name, { address, port: service?.port, untilMs: now + 1000 * ttl });
    return { address, port: service?.port ?? port };
  }

  async #addressOf(name: string): Promise<{ address: string; ttl: number }> {
    if (isIP(name) !== 0) return { address: name, ttl: Infinity };
    if (name === 'localhost') return { address: '127.0.0.1', ttl: Infinity };
    if (!this.#resolver) return { address: (await lookup(name)).address, ttl: 0 };
    const [record] = await this.#resolver.resolve4(name, { ttl: true });
    if (record === undefined) throw new Error(`Expected an address for ${name}, got none`);
    return record;
  }

  async #serviceOf(name: string): Promise<{ name: string; port: number } | undefined> {
    if (!this.#resolver || isIP(name) !== 0 || name === 'localhost') return undefined;
    const records = await this.#resolver.resolveSrv(name).catch(() => []);
    return records[0];
  }
}
