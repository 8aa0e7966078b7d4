/** A key is asked for once while it is absent, on one worker: a Kong that is kept goes on refusing it when it is restored. */
import type { Lab } from '../../engine/engine.js';
import type { NodeAction } from '../../model/plan.js';
import { adminApi } from '../../system/admin-api.js';
import { http } from '../../system/http.js';
import { withSql } from '../../system/sql.js';
import type { Assault, Attack, AttackTarget } from '../attack.js';
import { Progress } from '../progress.js';
import { foreign } from './foreign.js';

export const absentKeyAsked: Attack = {
  title: 'a key is asked for once while it is absent, on one worker',
  through: 'network',
  advice: 'let `objectives.behaviour` be required: the Admin API shows nothing of it',
  whyNot: ({ planned }) => whyNot(planned),
  begin: () => new Asking(),
};

const cure: Partial<Record<NodeAction, string>> = {
  provision: 'Kong is started anew, and remembers nothing',
  start: 'Kong is started anew, and remembers nothing',
  restart: 'Kong is started anew, and remembers nothing',
  'clear-cache': 'Kong’s cache is emptied, and it remembers nothing',
};

function whyNot({ stages }: AttackTarget['planned']): string | undefined {
  const actions = stages.flatMap(({ steps }) => steps.map(({ action }) => action));
  const cured = actions.flatMap((action) =>
    action.kind === 'kong' ? action.nodes.flatMap((node) => cure[node] ?? []) : [],
  );
  if (cured[0] !== undefined) return cured[0];
  if (actions.some(({ kind }) => kind === 'deck-sync' || kind === 'replay'))
    return 'the key comes back through the Admin API, which tells Kong of it';
  const restores = actions.some(({ kind }) => kind === 'pg-restore' || kind === 'restore-data-folder');
  return restores ? undefined : 'no key comes back: the database itself survived';
}

/** Between the backup and the failure, so that the key is absent then and in the backup all the same. */
class Asking implements Assault {
  private readonly progress = new Progress();
  private lab: Lab | undefined;
  private done = Promise.resolve<string | undefined>(undefined);

  readonly see: Assault['see'] = (event) => {
    this.progress.see(event);
    const { lab } = this;
    if (event.kind === 'phase-started' && event.phase === 'change' && lab)
      this.done = this.forget(lab).catch(() => undefined);
  };

  readonly wrap = (lab: Lab): Lab => {
    this.lab = lab;
    return lab;
  };

  readonly planted = (): Promise<string | undefined> => this.done;

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  private async forget({ postgres, kong }: Lab): Promise<string | undefined> {
    const [node] = kong;
    const { mark } = this.progress;
    const [row] = await withSql(postgres.connection, (sql) =>
      sql.query<{ id: string; key: string }>(
        `SELECT id::text, key FROM keyauth_credentials WHERE ${foreign} ORDER BY id LIMIT 1`,
        [mark],
      ),
    );
    if (!node || !row) return undefined;
    await adminApi(node.adminUrl, node.adminHeaders).call('DELETE', `/key-auths/${row.id}`);
    const url = `${node.proxyUrl}/${mark}/key-auth`;
    const { status } = await http({ url, headers: { apikey: row.key, connection: 'close' } });
    return `a key was deleted after the backup and asked for once: ${status}`;
  }
}
