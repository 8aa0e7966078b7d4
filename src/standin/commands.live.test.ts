import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freePort } from './testing/ports.js';
import { TestPostgres } from './testing/postgres.js';
import { hasRecordings, recordingsFolder } from './testing/recordings.js';
import { TestStandin } from './testing/standin.js';

const skip = hasRecordings() || process.env.CI ? false : `no ${recordingsFolder} beside the project`;
const recorded = (name: string): string =>
  readFileSync(join(recordingsFolder, 'start-failures', `${name}.log`), 'utf8');

describe('commands - as the kong command line', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;

  before(async () => {
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port);
  });

  after(async () => {
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
  });

  async function says(name: string, code: number, ...args: string[]): Promise<void> {
    const outcome = await standin.run(...args);
    assert.equal(outcome.code, code, outcome.output);
    const expected = recorded(name).trim();
    if (expected.startsWith('{')) assert.deepEqual(JSON.parse(outcome.output), JSON.parse(expected));
    else assert.equal(outcome.output.trim(), expected);
  }

  /** The reason that Kong gives, without where in its code. */
  const reason = (log: string): string => /init_by_lua error: (?:\S+\.lua:\d+: )?(.*)/.exec(log)?.[1] ?? '';

  async function refusesToStart(name: string, environment: Record<string, string>): Promise<void> {
    await using other = await TestStandin.prepare(postgres.port, environment);
    const { code, output } = await other.run('start');
    assert.equal(code, 1);
    assert.equal(reason(output), reason(recorded(name)));
  }

  test('unmigrated database - messages and exit codes as recorded', { skip }, async () => {
    await says('cmd-unmigrated-kong-migrations-list', 3, 'migrations', 'list');
    await says('cmd-unmigrated-kong-migrations-status', 0, 'migrations', 'status');
    await says('cmd-unmigrated-kong-migrations-up', 1, 'migrations', 'up');
    await says('cmd-unmigrated-kong-migrations-finish', 1, 'migrations', 'finish');
    await refusesToStart('start-unmigrated-DB', {});
  });

  test('migrations bootstrap - makes the tables, once', async () => {
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
    assert.equal((await standin.run('migrations', 'list')).code, 0);
  });

  test('migrated database - messages and exit codes as recorded', { skip }, async () => {
    for (const command of ['bootstrap', 'list', 'status', 'up', 'finish']) {
      await says(`cmd-migrated-kong-migrations-${command}`, 0, 'migrations', command);
    }
    await says('cmd-migrated-kong-version', 0, 'version');
  });

  test('no usable database - start exits 1 as recorded', { skip }, async () => {
    const refused = { KONG_PG_PORT: String(await freePort()) };
    await refusesToStart('start-DB-refused', refused);
    await refusesToStart('start-nonexistent-database', { KONG_PG_DATABASE: 'nodb' });
    await refusesToStart('start-unresolvable-host', { KONG_PG_HOST: 'name.invalid' });
    await using other = await TestStandin.prepare(postgres.port, refused);
    const { code, output } = await other.run('migrations', 'list');
    assert.deepEqual([code, output.trim()], [1, recorded('cmd-DB-refused-kong-migrations-list').trim()]);
  });

  test('frozen database - start exits 1 after pg_timeout', { skip }, async () => {
    postgres.signalAll('SIGSTOP');
    try {
      await refusesToStart('start-DB-hanging', { KONG_PG_TIMEOUT: '300' });
    } finally {
      postgres.signalAll('SIGCONT');
    }
  });

  test('a newer version - needs up, then finish', async () => {
    await using newer = await TestStandin.prepare(postgres.port, { KONG_STANDIN_VERSION: '3.9.4' });
    assert.equal((await newer.run('start')).code, 1);
    assert.equal((await newer.run('migrations', 'list')).code, 5);
    assert.equal((await newer.run('migrations', 'up')).code, 0);
    assert.equal((await newer.run('migrations', 'list')).code, 4);
    assert.equal((await newer.run('migrations', 'finish')).code, 0);
    assert.equal((await newer.run('migrations', 'list')).code, 0);
    await newer.start();
    assert.match(JSON.stringify((await newer.ask('GET', '/')).body), /"version":"3.9.4"/);
  });

  test('health, stop and quit - through the pid file', async () => {
    assert.equal((await standin.run('health')).code, 1);
    for (const command of ['stop', 'quit']) {
      await standin.start();
      assert.equal((await standin.run('health')).code, 0);
      assert.equal((await standin.run(command)).code, 0);
      assert.equal(await standin.stop(), 0);
    }
  });

  test('SIGQUIT - ends it as SIGTERM does', async () => {
    await standin.start();
    assert.equal(await standin.stop('SIGQUIT'), 0);
  });
});
