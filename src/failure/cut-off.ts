/** `cut-off`: the network between Kong and Postgres is cut. Postgres runs on, with all of its data, and nobody reaches it. */
import { DrillError } from '../model/drill-error.js';
import type { Injector } from './failure.js';

export const cutOff: Injector<'cut-off'> = {
  target: () => 'the network between Kong and postgres',
  inject: async (_, { lab, signal }) => {
    if (!lab.link) {
      throw new DrillError(
        'engine',
        'cut-off: this engine has no network between Kong and Postgres',
        'use --engine containers',
      );
    }
    await lab.link.cut(signal);
  },
  // A Postgres that is down cannot be reached either: then it was not the network.
  confirm: async (_, { lab, signal }) => {
    const state = await lab.postgres.state(signal);
    const isUp = state.running && !state.frozen && state.dataPresent;
    return state.evidence.map((evidence) => ({ ...evidence, confirms: evidence.confirms && isUp }));
  },
};
