/** Attacks through an SQL connection: what the recovery brought back is altered before anybody looks, behind Kong's back. */
import type { Lab } from '../../engine/engine.js';
import { lostKinds } from '../../verdict/declared-loss.js';
import type { JsonObject } from '../../model/entity.js';
import { withSql } from '../../system/sql.js';
import type { Sql } from '../../system/sql.js';
import { overriding } from '../attack.js';
import type { Assault, Attack, AttackTarget } from '../attack.js';
import { Progress } from '../progress.js';
import { foreign } from './foreign.js';

export const routeLeftOut: Attack = onRows({
  title: 'a route is left out of what comes back',
  advice: 'let `objectives.parity` compare the entities',
  alter: async (sql, { mark }) => {
    const [row] = await sql.query<{ name: string }>(
      `DELETE FROM routes WHERE id = (SELECT id FROM routes WHERE ${foreign} ORDER BY name, id LIMIT 1)
       RETURNING coalesce(name, id::text) AS name`,
      [mark],
    );
    return row && `the route ${row.name} was removed`;
  },
});

export const credentialAltered: Attack = onRows({
  title: 'a credential comes back altered',
  advice: 'declare only the loss that the path really has, or let `objectives.behaviour` be required',
  alter: async (sql, { mark, target }) => {
    const { plan, planned } = target;
    const declared = lostKinds(plan.drill.objectives?.parity?.declaredLoss ?? [], planned.recovery);
    for (const { kind, table, field } of credentials.filter((it) => !declared.includes(it.kind))) {
      const rows = await sql.query(
        `UPDATE ${table} SET ${field} = ${field} || 'x'
         WHERE id = (SELECT id FROM ${table} WHERE ${foreign} ORDER BY id LIMIT 1) RETURNING id`,
        [mark],
      );
      if (rows.length > 0) return `the ${field} of a ${kind} credential was altered`;
    }
    return undefined;
  },
});

export const pluginChanged: Attack = onRows({
  title: 'a setting of a plugin comes back changed',
  advice: 'let `objectives.parity` compare the entities, and declare no more fields than are lost',
  alter: async (sql, { mark }) => {
    const plugins = await sql.query<{ id: string; name: string; config: JsonObject }>(
      `SELECT id, name, config FROM plugins WHERE ${foreign} ORDER BY name, id`,
      [mark],
    );
    for (const { id, name, config } of plugins) {
      const [field, value] = Object.entries(config).find(([, held]) => typeof held === 'number') ?? [];
      if (field === undefined || typeof value !== 'number') continue;
      await sql.query('UPDATE plugins SET config = $2 WHERE id = $1', [
        id,
        { ...config, [field]: value + 1 },
      ]);
      return `${field} of a plugin ${name} was changed from ${value} to ${value + 1}`;
    }
    return undefined;
  },
});

const credentials = [
  { kind: 'key-auth', table: 'keyauth_credentials', field: 'key' },
  { kind: 'hmac-auth', table: 'hmacauth_credentials', field: 'secret' },
  { kind: 'jwt', table: 'jwt_secrets', field: 'secret' },
  { kind: 'basic-auth', table: 'basicauth_credentials', field: 'password' },
];

interface RowAttack extends Pick<Attack, 'title' | 'advice'> {
  /** What it did, in words; `undefined` where there is nothing like that in the database. */
  readonly alter: (
    sql: Sql,
    facts: { readonly mark: string; readonly target: AttackTarget },
  ) => Promise<string | undefined>;
}

function onRows({ title, advice, alter }: RowAttack): Attack {
  return {
    title,
    advice,
    through: 'SQL connection',
    whyNot: () => undefined,
    begin: (target) => new RowAssault(target, alter),
  };
}

/** In the last stage: before Kong is started on what was restored, else as soon as the stage has ended. */
class RowAssault implements Assault {
  private readonly progress = new Progress();
  private readonly target: AttackTarget;
  private readonly alter: RowAttack['alter'];
  private lab: Lab | undefined;
  private done = Promise.resolve<string | undefined>(undefined);

  constructor(target: AttackTarget, alter: RowAttack['alter']) {
    this.target = target;
    this.alter = alter;
  }

  readonly wrap = (lab: Lab): Lab => {
    this.lab = lab;
    const kong = lab.kong.map((node) =>
      overriding(node, {
        provision: async (options, signal) => {
          await this.beforeKong();
          await node.provision(options, signal);
        },
        start: async (signal) => {
          await this.beforeKong();
          await node.start(signal);
        },
        reload: async (signal) => {
          await this.beforeKong();
          return node.reload(signal);
        },
      }),
    );
    return overriding(lab, { kong });
  };

  readonly see: Assault['see'] = (event) => {
    this.progress.see(event);
    if (event.kind === 'stage-ended' && this.isLastStage()) this.attempt();
  };

  readonly planted = (): Promise<string | undefined> => this.done;

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  private async beforeKong(): Promise<void> {
    if (this.isLastStage()) this.attempt();
    await this.done;
  }

  private isLastStage(): boolean {
    return this.progress.stage === this.target.planned.stages.length - 1;
  }

  /** Where the tables are not there yet, or hold nothing to alter, the next occasion counts. */
  private attempt(): void {
    const { lab, target, progress } = this;
    if (!lab) return;
    this.done = this.done.then(
      async (before) =>
        before ??
        withSql(lab.postgres.connection, (sql) => this.alter(sql, { mark: progress.mark, target })).catch(
          () => undefined,
        ),
    );
  }
}
