/** `wrong-sync`: decK syncs the wrong file, as somebody does who is in the wrong folder; what the file lacks is deleted. */
import { resolve } from 'node:path';
import { deckSync } from '../engine/deck.js';
import type { Evidence } from '../model/journal.js';
import { saidBy, toolLimitMs, untilThrough } from './deck.js';
import type { DeckDeed } from './deck.js';
import type { FailureContext, Injector } from './failure.js';
import { changedRows, configurationRows } from './rows.js';
import type { Rows } from './rows.js';

export const wrongSync: Injector<'wrong-sync', DeckDeed> = {
  target: ({ file }) => `Kong, with ${file}`,
  inject: async ({ file }, context) => {
    const before = await configurationRows(context);
    const { lab, folder, signal } = context;
    const call = { limitMs: toolLimitMs, signal };
    const result = await untilThrough(() => deckSync(lab, [resolve(folder, file)], call));
    return { before, said: saidBy(result) };
  },
  confirm: async (_, context, { before, said }) => [await evidenceOf(before, context), said],
};

/** What a sync is wrong by is what it takes away or overwrites; what it adds destroys nothing. */
async function evidenceOf(before: Rows, context: FailureContext): Promise<Evidence> {
  const rows = changedRows(before, await configurationRows(context));
  const observed = `${rows.gone} of ${rows.before} rows gone, ${rows.changed} changed, ${rows.added} new`;
  return { source: 'SQL', observed, confirms: rows.gone + rows.changed > 0 };
}
