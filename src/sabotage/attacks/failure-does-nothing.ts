/** The failure is injected and does nothing: a drill that is met all the same has recovered from no disaster. */
import type { IncomingMessage } from 'node:http';
import type { Lab, ToolCall } from '../../engine/engine.js';
import type { CommandResult } from '../../system/command.js';
import { ofServer, quoted, withSql } from '../../system/sql.js';
import { overriding } from '../attack.js';
import type { Assault, Attack } from '../attack.js';
import { Progress } from '../progress.js';
import { startRelay } from '../relay.js';
import type { OwnAnswer, Relay } from '../relay.js';

export const failureDoesNothing: Attack = {
  title: 'the failure does nothing',
  through: 'engine',
  advice: 'say under `impact:` which probes the failure is expected to hit',
  whyNot: () => undefined,
  begin: () => new Harmless(),
};

const decoy = 'kong_drill_decoy';
const pageBytes = 8_192;

/** While the drill fails things, its engine, its decK, its Admin API and its SQL connection only pretend. */
class Harmless implements Assault {
  private readonly progress = new Progress();
  private readonly prevented = new Set<string>();
  private relay: Relay | undefined;

  readonly see: Assault['see'] = (event) => {
    this.progress.see(event);
    if (event.kind === 'failure-issued') this.prevented.add(`${event.failure} ${event.target}`);
  };

  readonly planted = (): Promise<string | undefined> =>
    Promise.resolve(this.prevented.size === 0 ? undefined : `prevented: ${[...this.prevented].join(', ')}`);

  readonly wrap = async (lab: Lab): Promise<Lab> => {
    const { postgres, link } = lab;
    const isFailing = () => this.isFailing();
    const [first, ...others] = lab.kong.map((node) => overriding(node, this.pretending(node)));
    if (first) this.relay = await startRelay(first.adminUrl, (asked) => this.spare(asked));
    return overriding(lab, {
      postgres: overriding(postgres, {
        ...this.pretending(postgres),
        damageData: async (signal) =>
          isFailing() ? { files: 1, bytes: pageBytes } : postgres.damageData(signal),
        get disk() {
          const { disk } = postgres;
          const fill = async (signal: AbortSignal) => (isFailing() ? undefined : disk?.fill(signal));
          return disk && overriding(disk, { fill });
        },
        provision: async (options, signal) => {
          await postgres.provision(options, signal);
          await makeDecoy(postgres.connection);
        },
        get connection() {
          return { ...postgres.connection, ...(isFailing() ? { database: decoy } : {}) };
        },
      }),
      kong: first && this.relay ? [overriding(first, { adminUrl: this.relay.url }), ...others] : others,
      ...(link && {
        link: overriding(link, { cut: async (signal) => (this.isFailing() ? undefined : link.cut(signal)) }),
      }),
      tool: async (call) =>
        this.isFailing() && call.tool === 'deck' ? this.deck(lab, call) : lab.tool(call),
    });
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay?.[Symbol.asyncDispose]();
  }

  private isFailing(): boolean {
    return this.progress.phase === 'fail';
  }

  private pretending(component: Lab['postgres'] | Lab['kong'][number]) {
    const unlessFailing = (act: 'kill' | 'lose' | 'stop' | 'freeze') => async (signal: AbortSignal) => {
      if (!this.isFailing()) await component[act](signal);
    };
    return {
      kill: unlessFailing('kill'),
      lose: unlessFailing('lose'),
      stop: unlessFailing('stop'),
      freeze: unlessFailing('freeze'),
    };
  }

  private spare({ method }: IncomingMessage): OwnAnswer | undefined {
    return method === 'DELETE' && this.isFailing() ? { status: 204, body: '' } : undefined;
  }

  /** Says that all was done, as decK does. */
  private async deck(lab: Lab, call: ToolCall): Promise<CommandResult> {
    const asked = await lab.tool({ ...call, args: () => ['version'], reads: [], writes: [] });
    return { ...asked, ok: true, exitCode: 0, failure: '', stdout: doneByDeck, stderr: '' };
  }
}

const doneByDeck = 'deck gateway sync\nSummary:\n  Created: 0\n  Updated: 0\n  Deleted: 40\n';

/** A database with a table in it, for statements that destroy. */
async function makeDecoy(connection: Lab['postgres']['connection']): Promise<void> {
  await withSql(ofServer(connection), async (sql) => {
    const found = await sql.query('SELECT 1 FROM pg_database WHERE datname = $1', [decoy]);
    if (found.length === 0)
      await sql.query(`CREATE DATABASE ${quoted(decoy)} OWNER ${quoted(connection.user)}`);
  });
  await withSql({ ...connection, database: decoy }, (sql) =>
    sql.query('CREATE TABLE IF NOT EXISTS routes (id uuid)'),
  );
}
