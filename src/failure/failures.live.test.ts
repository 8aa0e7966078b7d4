/**
 * Failures of the configuration and of the data, done to a real Postgres and a Kong with the real decK, each confirmed by its
 * own evidence *and* by what this test sees from outside. What is done to a component as a whole, the contract of the engines tries.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { EngineName } from '../engine/engine.js';
import type { Failure } from '../model/drill-failure.js';
import { perform } from '../recovery/actions.js';
import type { RecoveryContext } from '../recovery/recovery.js';
import { systemClock } from '../system/clock.js';
import { withSql } from '../system/sql.js';
import { enginesToTest, whyNot } from '../testing/engines.js';
import { startLiveLab } from '../testing/live-lab.js';
import type { LiveLab } from '../testing/live-lab.js';
import { bindFailure } from './failures.js';

const mark = 'kd-test';
const services = ['a', 'b', 'c'];

for (const engine of enginesToTest()) {
  const missing = await whyNot(engine, { deck: true });
  describe(`failures on ${engine}`, { skip: missing ?? false }, () => testsOn(engine));
}

function testsOn(engine: EngineName): void {
  // On `processes` there is neither a network nor a disk that is ours: its readiness refuses both.
  const hasDisks = engine === 'containers';
  let live: LiveLab;
  before(async () => {
    live = await startLiveLab(engine, { ownDisk: hasDisks });
    await configure(live);
  });
  after(async () => {
    await live[Symbol.asyncDispose]();
  });

  test('wrong-sync - of what Kong holds already changes nothing, and proves nothing', async () => {
    await writeFile(join(live.folder, 'same.yaml'), deckFile(services));
    assert.equal(await inflict({ kind: 'wrong-sync', file: 'same.yaml' }, live), false);
    assert.deepEqual(await names(live), services);
  });

  test('wrong-sync - takes away what the file lacks', async () => {
    await writeFile(join(live.folder, 'other.yaml'), deckFile(['a']));
    assert.equal(await inflict({ kind: 'wrong-sync', file: 'other.yaml' }, live), true);
    assert.deepEqual(await names(live), ['a']);
  });

  test('wrong-sync - a file that decK refuses proves nothing', async () => {
    await writeFile(join(live.folder, 'broken.yaml'), '_format_version: "3.0"\nservices: nonsense\n');
    assert.equal(await inflict({ kind: 'wrong-sync', file: 'broken.yaml' }, live), false);
    assert.deepEqual(await names(live), ['a']);
  });

  test('delete-entities - the Admin API has none of them any more', async () => {
    await configure(live);
    assert.equal(await inflict({ kind: 'delete-entities', entities: ['services'] }, live), true);
    assert.deepEqual(await names(live), []);
  });

  test('reset - decK leaves nothing', async () => {
    await configure(live);
    assert.equal(await inflict({ kind: 'reset' }, live), true);
    assert.deepEqual(await names(live), []);
  });

  test('reset - of an empty Kong proves nothing', async () => {
    assert.equal(await inflict({ kind: 'reset' }, live), false);
  });

  test('truncate - the tables are empty', async () => {
    await configure(live);
    assert.equal(await inflict({ kind: 'truncate' }, live), true);
    assert.deepEqual(await names(live), []);
  });

  test('cut-off - nobody reaches Postgres, which runs on', { skip: !hasDisks }, async () => {
    assert.equal(await inflict({ kind: 'cut-off' }, live), true);
    assert.notEqual((await live.admin.call('GET', '/services')).status, 200);
    assert.ok((await live.lab.postgres.state(live.signal())).running);
    await live.lab.link?.mend(live.signal());
    assert.deepEqual(await names(live), []);
  });

  test(
    'fill-disk - Postgres goes down, and is back with all of its data when there is room',
    { skip: !hasDisks },
    async () => {
      await configure(live);
      assert.equal(await inflict({ kind: 'fill-disk' }, live), true);
      await assert.rejects(names(live));
      await assert.rejects(live.lab.postgres.start(live.signal()), 'there is no room to start in');
      const outcome = await perform({ kind: 'make-room' }, recoveryOf(live));
      assert.ok(outcome.ok, outcome.detail);
      assert.deepEqual(await names(live), services);
    },
  );

  test('corrupt - the files are no tables any more, and nobody can use them', async () => {
    assert.equal(await inflict({ kind: 'corrupt' }, live), true);
    await assert.rejects(names(live));
  });

  test('drop-database - nobody can connect to it', async () => {
    assert.equal(await inflict({ kind: 'drop-database' }, live), true);
    await assert.rejects(names(live), /does not exist/);
  });
}

function recoveryOf({ lab, admin, folder, signal }: LiveLab): RecoveryContext {
  return {
    lab,
    admin,
    folder,
    clock: systemClock(),
    signal: signal(),
    limitMs: 60_000,
    artifacts: new Map(),
  };
}

/** @returns whether its own evidence confirms it. */
async function inflict(failure: Failure, { lab, admin, folder, signal }: LiveLab): Promise<boolean> {
  const context = { lab, admin, clock: systemClock(), signal: signal(), folder, mark };
  const bound = bindFailure(failure, context);
  assert.ok(bound);
  await bound.inject();
  return (await bound.confirm()).some((evidence) => evidence.confirms);
}

async function configure({ admin }: LiveLab): Promise<void> {
  for (const name of services) {
    const answer = await admin.call('PUT', `/services/${name}`, { host: `${name}.internal` });
    assert.ok(answer.ok, answer.text);
  }
}

/** Past Kong: what is in the database. */
async function names({ lab }: LiveLab): Promise<string[]> {
  const rows = await withSql(lab.postgres.connection, (sql) =>
    sql.query<{ name: string }>('SELECT name FROM services ORDER BY 1'),
  );
  return rows.map(({ name }) => name);
}

function deckFile(names: readonly string[]): string {
  const entries = names.map((name) => `  - { name: ${name}, host: ${name}.internal }\n`);
  return `_format_version: "3.0"\nservices:\n${entries.join('')}`;
}
