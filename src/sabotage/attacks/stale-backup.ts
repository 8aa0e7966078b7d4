/** The backup is stale: it was taken while the configuration was still being made, and it is as good a file as any. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deckDump } from '../../engine/deck.js';
import type { Lab, ToolCall } from '../../engine/engine.js';
import type { CommandResult } from '../../system/command.js';
import { withSql } from '../../system/sql.js';
import type { Sql } from '../../system/sql.js';
import { overriding } from '../attack.js';
import type { Assault, Attack, AttackTarget } from '../attack.js';
import { Progress } from '../progress.js';

export const staleBackup: Attack = {
  title: 'the backup is stale: newer changes are missing in it',
  through: 'artifact file',
  advice: 'let `objectives.parity` compare the entities',
  whyNot: (target) => whyNot(target),
  begin: (target) => new Stale(kindOf(target) === 'deck'),
};

function whyNot({ plan, planned }: AttackTarget): string | undefined {
  const restoring = planned.stages.flatMap(({ stage }) => ('from' in stage ? [stage.from] : []));
  const [name] = restoring;
  if (name === undefined) return 'the path starts from no artifact: the database itself survived';
  if (restoring.length > 1) return 'a later stage brings back what the backup lacks';
  const artifact = plan.artifacts.get(name);
  if (artifact === undefined || artifact.kind === 'pipeline' || artifact.path !== undefined)
    return `${name} is given, and not taken by the drill`;
  if (artifact.kind === 'database' && artifact.method === 'physical')
    return 'a base backup is the data folder itself, as it is when it is copied';
  return plan.state.databaseDump === undefined
    ? undefined
    : 'the state comes whole out of a dump: nothing in it is newer than the rest';
}

function kindOf({ plan, planned }: AttackTarget): string | undefined {
  const [name = ''] = planned.stages.flatMap(({ stage }) => ('from' in stage ? [stage.from] : []));
  return plan.artifacts.get(name)?.kind;
}

const lookEveryMs = 20;
const lookLimitMs = 120_000;

/** Holds on to the moment in which the first route is there, until the backup is taken. */
class Stale implements Assault {
  private readonly progress = new Progress();
  private readonly over = new AbortController();
  private readonly byDeck: boolean;
  private lab: Lab | undefined;
  private early: Promise<Early | undefined> = Promise.resolve(undefined);
  private done: string | undefined;
  private folder: string | undefined;

  constructor(byDeck: boolean) {
    this.byDeck = byDeck;
  }

  readonly see: Assault['see'] = (event) => {
    this.progress.see(event);
    const { lab } = this;
    if (event.kind === 'phase-started' && event.phase === 'configure' && lab)
      this.early = this.hold(lab).catch(() => undefined);
  };

  readonly wrap = (lab: Lab): Lab => {
    this.lab = lab;
    return overriding(lab, { tool: (call) => this.tool(lab, call) });
  };

  readonly planted = (): Promise<string | undefined> => Promise.resolve(this.done);

  async [Symbol.asyncDispose](): Promise<void> {
    this.over.abort();
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private async tool(lab: Lab, call: ToolCall): Promise<CommandResult> {
    const [file] = call.writes ?? [];
    if (this.progress.phase !== 'back-up' || file === undefined) return lab.tool(call);
    const early = await this.early;
    if (!early || (await this.routes(lab)) <= early.routes) return lab.tool(call);
    if (call.tool === 'pg_dump') {
      this.done = `it holds ${early.routes} of the routes`;
      const result = await lab.tool({
        ...call,
        args: (seen) => [`--snapshot=${early.snapshot}`, ...call.args(seen)],
      });
      this.over.abort();
      return result;
    }
    if (call.tool !== 'deck' || !early.dump?.result.ok) return lab.tool(call);
    this.done = 'the dump is from before the newest changes';
    await copyFile(early.dump.file, call.runsIn === undefined ? file : join(file, 'default.yaml'));
    return early.dump.result;
  }

  /** Resolves as soon as there is a route; the transaction stays open until the attack is over. */
  private async hold(lab: Lab): Promise<Early | undefined> {
    const routes = await this.firstRoutes(lab);
    return await new Promise<Early | undefined>((resolve, reject) => {
      void withSql(lab.postgres.connection, async (sql) => {
        await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
        const [row] = await sql.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
        const dump = this.byDeck ? await this.earlyDump(lab) : undefined;
        resolve({ routes: Math.max(routes, await routesSeen(sql)), snapshot: row?.snapshot ?? '', dump });
        await sleep(lookLimitMs, undefined, { signal: this.over.signal }).catch(() => undefined);
      }).catch(reject);
    });
  }

  private async firstRoutes(lab: Lab): Promise<number> {
    for (;;) {
      const routes = await this.routes(lab);
      if (routes > 0) return routes;
      await sleep(lookEveryMs, undefined, { signal: this.over.signal });
    }
  }

  private routes(lab: Lab): Promise<number> {
    return withSql(lab.postgres.connection, routesSeen);
  }

  private async earlyDump(lab: Lab): Promise<Early['dump']> {
    this.folder = await mkdtemp(join(tmpdir(), 'kong-drill-sabotage-'));
    const file = join(this.folder, 'early.yaml');
    const call = { limitMs: lookLimitMs, signal: this.over.signal, withIds: true };
    const result = await deckDump(lab, file, call).catch(() => undefined);
    return result && { file, result };
  }
}

interface Early {
  readonly routes: number;
  readonly snapshot: string;
  readonly dump: { readonly file: string; readonly result: CommandResult } | undefined;
}

async function routesSeen(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ routes: string }>('SELECT count(*) AS routes FROM routes');
  return Number(row?.routes ?? 0);
}
