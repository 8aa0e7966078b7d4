/**
 * Losses planted in Postgres behind the back of a running Kong: what is read back through the Admin API is exactly them.
 *
 *   changes ──Admin API──> rows ──SQL──> rows as planted ──Admin API──> lost, phantom, corrupted, resurrected = planted
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { NewEvent } from '../model/journal.js';
import type { Loss } from '../model/verdict.js';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin, until } from '../standin/testing/standin.js';
import { adminApi } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { groupBy } from '../parity/group.js';
import { plantingsOn, restoreRows, saveRows } from '../testing/planted-rows.js';
import type { Counts, EntityHistory, Planting } from '../testing/planted-rows.js';
import { makeBaseEntities, readBackChanges, startChanges } from './ledger.js';
import type { LedgerTarget } from './ledger.js';
import { byHand } from './ledger-way.js';
import { lossOf } from './rpo.js';
import type { LedgerEvent } from './rpo.js';

const ledgers = 10;
const casesPerLedger = 20;
const fates = ['lost', 'phantom', 'corrupted', 'resurrected'] as const;
const clock = systemClock();
const { signal } = new AbortController();

describe('ledger - against Postgres', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;
  let admin: AdminApi;

  before(async () => {
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port);
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
    await standin.start();
    admin = adminApi(standin.admin);
  });

  after(async () => {
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  test(`ledger - rows removed, altered and resurrected behind Kong's back are found exactly, in ${ledgers * casesPerLedger} cases`, async () => {
    const planted: Counts = { lost: 0, phantom: 0, corrupted: 0, resurrected: 0 };
    for (let number = 1; number <= ledgers; number += 1) {
      const ledger = await makeLedger(admin, `kd-l${number}`, 10 + number);
      await postgres.query(saveRows(ledger.mark));
      const check = async (draws: readonly number[]): Promise<void> => {
        const chosen = ledger.histories.flatMap((history, place) => drawn(history, draws[place] ?? 0));
        await postgres.query([restoreRows(ledger.mark), ...chosen.map(({ sql }) => sql)].join(';'));
        const loss = await ledger.readBack();
        for (const fate of fates) {
          const expected = chosen.reduce((sum, { found }) => sum + (found[fate] ?? 0), 0);
          assert.equal(
            loss[fate],
            expected,
            [fate, ...loss.details, ...chosen.map(({ sql }) => sql)].join('\n'),
          );
          planted[fate] += expected;
        }
      };
      const { length } = ledger.histories;
      const draws = fc.array(fc.nat(), { minLength: length, maxLength: length });
      await fc.assert(fc.asyncProperty(draws, check), { numRuns: casesPerLedger });
    }
    for (const fate of fates) assert.ok(planted[fate] >= 50, `${fate}: ${planted[fate]} planted`);
  });
});

interface MadeLedger {
  readonly mark: string;
  readonly histories: readonly EntityHistory[];
  /** What is lost of it now. */
  readonly readBack: () => Promise<Loss>;
}

/** Entities made before the backup and `count` changes after it, a few of them refused. */
async function makeLedger(admin: AdminApi, mark: string, count: number): Promise<MadeLedger> {
  const instruments = { mark, holder: `${mark}-holder`, workspaces: ['default'] };
  await admin.call('POST', '/consumers', { username: instruments.holder });
  const made: LedgerEvent[] = [];
  const target = (events: LedgerEvent[], by: AdminApi): LedgerTarget => ({
    admin: by,
    way: byHand(instruments),
    clock,
    record: (event: NewEvent) =>
      void events.push({ t: clock.nowMs(), ...event, seq: events.length } as LedgerEvent),
  });
  const base = await makeBaseEntities(target(made, admin));
  const changes = startChanges({ ...target(made, refusingSome(admin)), perSecond: 50, base, signal });
  await until(() => Promise.resolve(changes.entries.length >= base.entries.length + count));
  await changes.stop();
  const outcomes = new Map(
    made.flatMap((event) => (event.kind === 'ledger-outcome' ? [[event.change, event.outcome]] : [])),
  );
  const byKey = groupBy(changes.entries, ({ entity }) => entity.key);
  return {
    mark,
    histories: [...byKey.values()].map((entries) => ({
      holder: instruments.holder,
      changes: entries.map(({ op, entity, change }) => ({ op, entity, outcome: outcomes.get(change) })),
    })),
    readBack: async () => {
      const seen: LedgerEvent[] = [];
      await readBackChanges({ ...target(seen, admin), changes, signal });
      return lossOf([...made, ...seen], 'admin-api', clock.nowMs());
    },
  };
}

/** At most one planting; none for one draw in as many as there are, and one. */
function drawn(history: EntityHistory, draw: number): readonly Planting[] {
  const possible = plantingsOn(history);
  return possible.slice(draw % (possible.length + 1)).slice(0, 1);
}

/** Every third write is refused, and does nothing; creations, updates and deletions come round in fours. */
function refusingSome(admin: AdminApi): AdminApi {
  let writes = 0;
  return {
    ...admin,
    call: (method, path, body, options) => {
      writes += method === 'GET' ? 0 : 1;
      if (method === 'GET' || writes % 3 !== 0) return admin.call(method, path, body, options);
      return Promise.resolve({ status: 409, ok: false, body: null, text: 'UNIQUE violation' });
    },
  };
}
