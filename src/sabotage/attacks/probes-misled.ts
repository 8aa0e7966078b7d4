/** From the failure on, requests to the proxy reach its upstream past Kong: everything answers, with the right nonce. */
import type { IncomingMessage } from 'node:http';
import type { Lab } from '../../engine/engine.js';
import { overriding } from '../attack.js';
import type { Assault, Attack } from '../attack.js';
import { Progress } from '../progress.js';
import { startRelay } from '../relay.js';
import type { OwnAnswer, Relay } from '../relay.js';

export const probesMisled: Attack = {
  title: 'probes hit the upstream itself, past Kong',
  through: 'network',
  advice: 'give the traffic clock a target under `objectives.rto`',
  whyNot: () => undefined,
  begin: () => new Misleading(),
};

class Misleading implements Assault {
  private readonly progress = new Progress();
  private readonly relays: Relay[] = [];
  private misled = 0;

  readonly see: Assault['see'] = (event) => this.progress.see(event);

  readonly planted = (): Promise<string | undefined> =>
    Promise.resolve(this.misled === 0 ? undefined : `${this.misled} requests were answered past Kong`);

  readonly wrap = async (lab: Lab): Promise<Lab> => {
    const kong = await Promise.all(
      lab.kong.map(async (node) => {
        const relay = await startRelay(node.proxyUrl, (asked) => this.mislead(asked));
        this.relays.push(relay);
        return overriding(node, { proxyUrl: relay.url });
      }),
    );
    return overriding(lab, { kong });
  };

  async [Symbol.asyncDispose](): Promise<void> {
    for (const relay of this.relays) await relay[Symbol.asyncDispose]();
  }

  private mislead({ headers }: IncomingMessage): OwnAnswer | undefined {
    if (!this.progress.failed) return undefined;
    this.misled += 1;
    return { status: 200, body: JSON.stringify({ nonce: headers['x-kong-drill-nonce'] }) };
  }
}
