/** What is left while a lab lives, and that nothing is left afterwards. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { http } from '../../system/http.js';
import { withSql } from '../../system/sql.js';
import type { Topology } from '../../model/plan.js';
import type { Engine, PostgresServer } from '../engine.js';
import { isUp } from './checks.js';
import { planOf, signal, topologyOf } from './opened.js';
import type { Requirements } from './opened.js';

export const end: Requirements = {
  'keeps logs of everything, without its password': async ({ logFolder, secrets }) => {
    const names = await readdir(logFolder);
    for (const name of ['postgres', 'kong-1', 'kong-2'])
      assert.ok(names.includes(`${name}.log`), `${name}.log among ${names.join(', ')}`);
    for (const name of names) {
      const log = await readFile(join(logFolder, name), 'utf8');
      for (const secret of secrets) assert.ok(!log.includes(secret), name);
    }
  },

  'leaves a run that lives alone when it cleans': async ({ instance, lab, runId }) => {
    const said = await instance.clean(signal());
    assert.deepEqual(
      said.filter((line) => line.includes(runId)),
      [],
    );
    for (const component of [lab.postgres, ...lab.kong]) await isUp(component);
  },

  'fills a disk of its own; leaves nothing, also when it is disposed twice, frozen, or half open': async ({
    lab,
    runId,
    open,
    ...setup
  }) => {
    const { leftovers } = setup;
    const second = `${runId}-second`;
    const canFill = !(await refusesToFill(setup.instance, topologyOf(setup)));
    const half = await open(second, { ownDisk: canFill });
    await half.postgres.provision({ address: 'same' }, signal());
    if (canFill) await fillDisk(half.postgres);
    else assert.equal(half.postgres.disk, undefined);
    await half[Symbol.asyncDispose]();
    assert.deepEqual(await leftovers(second), []);
    await lab.postgres.freeze(signal());
    await Promise.all([lab[Symbol.asyncDispose](), lab[Symbol.asyncDispose]()]);
    await lab[Symbol.asyncDispose]();
    assert.deepEqual(await leftovers(runId), []);
    await assert.rejects(http({ url: `${lab.kong[0]?.adminUrl ?? ''}/`, limitMs: 2_000 }));
  },
};

async function refusesToFill(instance: Engine, topology: Topology): Promise<boolean> {
  const { refusals } = await instance.prepare(planOf(topology, [{ kind: 'fill-disk' }]), signal());
  return refusals.some(({ what }) => what === 'fill-disk');
}

/** Nothing can be stored until there is room again; what was stored is there. */
async function fillDisk(postgres: PostgresServer): Promise<void> {
  const { connection, disk } = postgres;
  assert.ok(disk);
  const store = (table: string) =>
    withSql(connection, (sql) =>
      sql.query(
        `CREATE TABLE ${table} AS SELECT repeat(md5(n::text), 100) FROM generate_series(1, 20000) AS n`,
      ),
    );
  const count = () =>
    withSql(connection, (sql) => sql.query<{ count: string }>('SELECT count(*) FROM before'));
  await store('before');
  assert.ok((await disk.usage(signal())).freeBytes > 0);
  await disk.fill(signal());
  const full = await disk.usage(signal());
  assert.equal(full.freeBytes, 0);
  assert.ok(full.sizeBytes > 100_000_000);
  await assert.rejects(store('after'), 'there is no room');
  await disk.makeRoom(signal());
  assert.ok((await disk.usage(signal())).freeBytes > 0);
  await postgres.kill(signal());
  await postgres.start(signal());
  assert.deepEqual(await count(), [{ count: '20000' }]);
  await store('after');
}
