import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { JournalEvent, NewEvent } from '../model/journal.js';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin, until } from '../standin/testing/standin.js';
import { adminApi } from '../system/admin-api.js';
import type { AdminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { installInstruments, isInstrument, putBackInstruments } from './instruments.js';
import type { Instruments } from './instruments.js';
import { untilLive } from './live.js';
import { makeBaseEntities, readBackChanges, startChanges } from './ledger.js';
import { byHand } from './ledger-way.js';
import { askRemembered, prime } from './prime.js';
import type { PrimeTarget } from './prime.js';
import { startProbes } from './probes.js';
import { lossOf } from './rpo.js';
import type { LedgerEvent } from './rpo.js';
import { streamsFor } from './streams.js';

describe('measure - against the stand-in', () => {
  let postgres: TestPostgres;
  let standin: TestStandin;
  let echo: Server;
  let admin: AdminApi;
  let instruments: Instruments;
  const clock = systemClock();
  const { signal } = new AbortController();

  before(async () => {
    echo = createServer((request, response) =>
      response.end(JSON.stringify({ nonce: request.headers['x-kong-drill-nonce'] })),
    ).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port, {
      KONG_DB_UPDATE_FREQUENCY: '0.2',
      KONG_WORKER_STATE_UPDATE_FREQUENCY: '0.2',
    });
    assert.equal((await standin.run('migrations', 'bootstrap')).code, 0);
    await standin.start();
    admin = adminApi(standin.admin);
    const { port } = echo.address() as AddressInfo;
    instruments = await installInstruments({ admin, runId: 'r1', echo: { host: '127.0.0.1', port } });
    await untilLive(targetOf(instruments, () => undefined));
  });

  after(async () => {
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
    echo.close();
  });

  const targetOf = (made: Instruments, record: (event: NewEvent) => void): PrimeTarget => ({
    admin,
    instruments: made,
    nodes: [node()],
    workers: 2,
    clock,
    record,
    signal,
  });

  const node = () => ({ name: 'kong-1', proxyUrl: standin.proxy, adminUrl: standin.admin, adminHeaders: {} });

  test('instruments - parity recognises each of them, and nothing else', async () => {
    await admin.call('POST', '/consumers', { username: 'somebody', tags: ['kd-r2'] });
    const strangers: string[] = [];
    for (const path of ['/services', '/routes', '/plugins', '/consumers', '/key-auths', '/jwts'])
      for await (const page of admin.list(path))
        for (const { id, ...fields } of page)
          if (!isInstrument({ id: JSON.stringify(id), fields }, instruments))
            strangers.push(JSON.stringify(fields));
    assert.equal(strangers.length, 1, strangers.join('\n'));
    assert.match(strangers[0] ?? '', /somebody/);
  });

  test('instruments - what is lost is put back, what is there is left', async () => {
    await admin.call('DELETE', `/consumers/${instruments.configConsumer}`);
    const back = await putBackInstruments(admin, instruments);
    assert.deepEqual(back, ['consumers /consumers']);
  });

  test('probes - every stream is right on a healthy node, and sees it go and come back', async () => {
    const events: NewEvent[] = [];
    const record = (event: NewEvent) => void events.push(event);
    const target = targetOf(instruments, record);
    const primed = await prime(target);
    assert.ok(primed.kinds.includes('key-auth') && primed.kinds.includes('basic-auth'), primed.kinds.join());
    const pace = { spacingMs: 100, timeoutMs: 1_000, configSpacingMs: 200, kinds: primed.kinds };
    const streams = streamsFor(instruments, [node()], pace);
    await using probes = await startProbes({ streams, clock, record, signal });
    const steady = await probes.untilSteady(0, 60_000);
    assert.ok(steady.met, [steady.reason, ...steady.details].join('\n'));

    const issuedMs = clock.nowMs();
    await standin.stop('SIGKILL');
    await clock.sleep(1_000);
    await standin.start();
    const settled = await probes.untilSettled({ issuedMs, workers: 2, windowMs: 2_000 }, 60_000);
    assert.deepEqual(settled, { settled: true, waitingFor: [] });
    assert.equal(events.filter(({ kind }) => kind === 'streams').length, 1);
    assert.ok(events.some(({ kind }) => kind === 'probes'));

    await askRemembered(target, primed);
    const behaviour = events.flatMap((event) => (event.kind === 'behaviour' ? [event] : []));
    assert.deepEqual(
      behaviour.map((event) => [event.class, event.asked, event.same]),
      [
        ['remembered-absent', 22, 22],
        ['remembered-present', 22, 22],
      ],
    );
  });

  test('prime - keys that come back behind the back of a running Kong are seen to be refused', async () => {
    const events: NewEvent[] = [];
    const record = (event: NewEvent) => void events.push(event);
    const again = await installInstruments({
      admin,
      runId: 'r3',
      echo: { host: '127.0.0.1', port: (echo.address() as AddressInfo).port },
    });
    const target = targetOf(again, record);
    await untilLive(target);
    const [key = ''] = again.doomedKeys;
    await postgres.query('create table saved as select * from keyauth_credentials');
    const primed = await prime(target);
    await postgres.query(`insert into keyauth_credentials select * from saved where key = '${key}'`);
    await askRemembered(target, primed);
    const [absent] = events.flatMap((event) => (event.kind === 'behaviour' ? [event] : []));
    assert.equal(absent?.differences.length, 1);
    assert.match(absent.differences[0]?.after ?? '', /401/);
  });

  test('rule 7 - after a restore behind its back Kong is as stale with the probes as without them', async () => {
    const { paths } = instruments;
    const status = async (path: string, key = '') => {
      const headers = { connection: 'close', ...(key === '' ? {} : { apikey: key }) };
      return (await fetch(`${standin.proxy}${path}`, { headers })).status;
    };
    const { port } = echo.address() as AddressInfo;
    await admin.call('POST', '/services', { name: 'stale', protocol: 'http', host: '127.0.0.1', port });
    await admin.call('POST', '/consumers', { username: 'stale' });
    const passes = ['without', 'with'];
    for (const pass of passes) {
      await admin.call('POST', '/services/stale/routes', {
        name: `stale-${pass}`,
        paths: [`/stale-${pass}`],
      });
      for (const key of [`gone-${pass}`, `back-${pass}`])
        await admin.call('POST', '/consumers/stale/key-auth', { key });
      await until(async () => (await status(`/stale-${pass}`)) === 200);
    }
    // That was one worker each time; one that read its routes later would not have those that go below.
    await standin.everyWorkerLooked('/stale-with');
    const staleAnswers = async (pass: string, watch: () => Promise<void>) => {
      const [gone, back] = [`gone-${pass}`, `back-${pass}`];
      assert.equal(await status(paths['key-auth'], gone), 200);
      await postgres.query(
        `create table held_${pass} as select * from keyauth_credentials where key = '${back}'`,
      );
      await postgres.query(`delete from keyauth_credentials where key in ('${gone}', '${back}')`);
      await postgres.query(`delete from routes where name = 'stale-${pass}'`);
      assert.equal(await status(paths['key-auth'], back), 401);
      await postgres.query(`insert into keyauth_credentials select * from held_${pass}`);
      await watch();
      const asked = Array.from({ length: 22 }, async () => [
        await status(paths['key-auth'], gone),
        await status(paths['key-auth'], back),
        await status(`/stale-${pass}`),
      ]);
      return Promise.all(asked);
    };
    const without = await staleAnswers('without', () => clock.sleep(1_500));
    const probed = await staleAnswers('with', async () => {
      const pace = { spacingMs: 50, timeoutMs: 1_000, configSpacingMs: 200 };
      const streams = streamsFor(instruments, [node()], pace);
      await using probes = await startProbes({ streams, clock, record: () => undefined, signal });
      await until(() =>
        Promise.resolve(
          probes
            .watched()
            .every(({ stream, samples }) => samples.length >= (stream.clock === 'config' ? 5 : 20)),
        ),
      );
    });
    assert.deepEqual(probed, without);
    assert.deepEqual([...new Set(without.map((statuses) => statuses.join(' ')))], ['200 401 200']);
  });

  test('ledger - what a restore loses is found, to the change', async () => {
    const events: JournalEvent[] = [];
    const record = (event: NewEvent) => void events.push({ t: clock.nowMs(), ...event, seq: events.length });
    const way = byHand(instruments);
    const base = await makeBaseEntities({ admin, way, record, clock });
    const changes = startChanges({ admin, way, record, clock, perSecond: 50, base, signal });
    await until(() => Promise.resolve(changes.entries.length >= 45));
    await changes.stop();
    const touched = changes.entries.map(({ entity }) => entity.key);
    const lost = changes.entries.find(
      ({ entity }) => entity.kind === 'key-auths' && touched.filter((key) => key === entity.key).length === 1,
    );
    await postgres.query(`delete from keyauth_credentials where key = '${lost?.entity.key ?? ''}'`);
    await readBackChanges({ admin, way, record, clock, changes, signal });
    const ledger = events.filter((event): event is LedgerEvent => event.kind.startsWith('ledger-'));
    const loss = lossOf(ledger, 'admin-api', clock.nowMs());
    assert.ok(loss.acknowledged >= 30, String(loss.acknowledged));
    assert.deepEqual(
      [loss.lost, loss.phantom, loss.corrupted, loss.resurrected, loss.unknown],
      [1, 0, 0, 0, 0],
      loss.details.join('\n'),
    );
  });
});
