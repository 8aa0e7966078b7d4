/** `reset`: decK resets Kong, or one workspace of it: every entity that decK knows is deleted. */
import { deckReset } from '../engine/deck.js';
import { withSql } from '../system/sql.js';
import { saidBy, toolLimitMs, untilThrough } from './deck.js';
import type { DeckDeed } from './deck.js';
import type { FailureContext, Injector } from './failure.js';
import { changedRows, configurationRows } from './rows.js';

/** What every decK deletes; of others (keys, filter chains) only newer ones know. */
const alwaysReset = ['services', 'routes', 'consumers', 'plugins', 'upstreams'];

export const reset: Injector<'reset', DeckDeed> = {
  target: ({ workspace }) => (workspace === undefined ? 'all of Kong' : `the workspace ${workspace}`),
  inject: async ({ workspace }, context) => {
    const before = await configurationRows({ ...context, ...(workspace === undefined ? {} : { workspace }) });
    const { lab, signal } = context;
    const all = (await hasSeveralWorkspaces(lab)) ? ({ which: 'all' } as const) : {};
    const which = workspace === undefined ? all : { which: { workspace } };
    const result = await untilThrough(() => deckReset(lab, { limitMs: toolLimitMs, signal, ...which }));
    return { before, said: saidBy(result) };
  },
  confirm: async ({ workspace }, context, { before, said }) => {
    const after = await configurationRows({ ...context, ...(workspace === undefined ? {} : { workspace }) });
    const rows = changedRows(before, after, alwaysReset);
    const observed = `${rows.before - rows.gone} of ${rows.before} rows left in ${alwaysReset.join(', ')}`;
    return [{ source: 'SQL', observed, confirms: rows.before > 0 && rows.gone === rows.before }, said];
  },
};

/** Without being told, decK resets the default one only; an older decK on open source Kong must not be told. */
async function hasSeveralWorkspaces({ postgres }: FailureContext['lab']): Promise<boolean> {
  const rows = await withSql(postgres.connection, (sql) => sql.query('SELECT 1 FROM workspaces LIMIT 2'));
  return rows.length > 1;
}
