/** `reset`: decK resets Kong, or one workspace of it: every entity that decK knows is deleted. */
import { deckReset } from '../engine/deck.js';
import { saidBy, toolLimitMs, untilThrough } from './deck.js';
import type { DeckDeed } from './deck.js';
import type { Injector } from './failure.js';
import { changedRows, configurationRows } from './rows.js';

/** What every decK deletes; of others (keys, filter chains) only newer ones know. */
const alwaysReset = ['services', 'routes', 'consumers', 'plugins', 'upstreams'];

export const reset: Injector<'reset', DeckDeed> = {
  target: ({ workspace }) => (workspace === undefined ? 'all of Kong' : `the workspace ${workspace}`),
  inject: async ({ workspace }, context) => {
    const before = await configurationRows({ ...context, ...(workspace === undefined ? {} : { workspace }) });
    const { lab, signal } = context;
    const call = { limitMs: toolLimitMs, signal, ...(workspace === undefined ? {} : { workspace }) };
    const result = await untilThrough(() => deckReset(lab, call));
    return { before, said: saidBy(result) };
  },
  confirm: async ({ workspace }, context, { before, said }) => {
    const after = await configurationRows({ ...context, ...(workspace === undefined ? {} : { workspace }) });
    const rows = changedRows(before, after, alwaysReset);
    const observed = `${rows.before - rows.gone} of ${rows.before} rows left in ${alwaysReset.join(', ')}`;
    return [{ source: 'SQL', observed, confirms: rows.before > 0 && rows.gone === rows.before }, said];
  },
};
