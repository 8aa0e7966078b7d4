/** `corrupt`: the data files of Postgres are damaged. A server that runs goes on with what it has in memory. */
import type { Evidence } from '../model/journal.js';
import type { Injector } from './failure.js';

export const corrupt: Injector<'corrupt'> = {
  target: (_, { lab }) => `the data files of the database ${lab.postgres.connection.database}`,
  inject: async (_, { lab, signal }) => await lab.postgres.damageData(signal),
  // Read from the disk anew: the server itself would answer out of its memory.
  confirm: async (_, { lab, signal }): Promise<readonly Evidence[]> => {
    const { pages, invalid } = await lab.postgres.countPages(signal);
    const observed = `${invalid} of ${pages} pages are none that Postgres has written`;
    return [{ source: 'data files on the disk', observed, confirms: invalid > 0 }];
  },
};
