import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Resolves names the way Kong does: with `dns_resolver` set, nobody else is asked. */
export class Names {
  readonly #resolver: Resolver | undefined;

  constructor(nameServer: string | undefined) {
    if (nameServer === undefined) return;
    this.#resolver = new Resolver({ timeout: 2000, tries: 2 });
    this.#resolver.setServers([nameServer]);
  }

  /** An address of the name. Throws when there is none. */
  async resolve(name: string): Promise<string> {
    if (isIP(name) !== 0) return name;
    if (name === 'localhost') return '127.0.0.1';
    if (!this.#resolver) return (await lookup(name)).address;
    const [address] = await this.#resolver.resolve4(name);
    if (address === undefined) throw new Error(`Expected an address for ${name}, got none`);
    return address;
  }
}
