import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Lab } from '../engine/engine.js';
import type { JournalEvent, NewEvent } from '../model/journal.js';
import { planDrill } from '../plan/plan.js';
import { fakeLab } from '../testing/fake-lab.js';
import { buildJournal, exampleDrill } from '../testing/journal-builder.js';
import { overriding } from './attack.js';
import type { Assault, AttackTarget } from './attack.js';
import { attackNames, attacks } from './attacks.js';
import type { AttackName } from './attacks.js';
import { startRelay } from './relay.js';

type Recovery = typeof exampleDrill.recovery;
const stage = (fields: object): Recovery => ({ path: [fields] }) as unknown as Recovery;

const paths = {
  logical: stage({ stage: 'database-restore', from: 'db' }),
  kept: stage({ stage: 'database-restore', from: 'db', kong: 'keep' }),
  physical: stage({ stage: 'database-restore', from: 'base' }),
  deck: stage({ stage: 'deck-sync', from: 'dump' }),
  replay: stage({ stage: 'ci-replay', from: 'team' }),
  reattach: stage({ stage: 'reattach' }),
  layered: {
    path: [
      { stage: 'database-restore', from: 'db' },
      { stage: 'ci-replay', from: 'team' },
    ],
  } as unknown as Recovery,
};

function targetOf(recovery: Recovery, state: object = exampleDrill.state): AttackTarget {
  const artifacts = {
    db: { kind: 'database', method: 'logical', every: '24h' },
    base: { kind: 'database', method: 'physical', every: '24h' },
    dump: { kind: 'deck', every: '24h' },
    team: { kind: 'pipeline', path: 'fixtures/shop' },
  };
  const plan = planDrill({ ...exampleDrill, state, artifacts, recovery } as typeof exampleDrill, {
    folder: '.',
  });
  const [planned] = plan.cases;
  assert.ok(planned);
  return { plan, planned };
}

test('attacks - each says on which paths it cannot be made, and why', () => {
  const apply = (name: AttackName) =>
    Object.entries(paths).flatMap(([path, recovery]) =>
      attacks[name].whyNot(targetOf(recovery)) === undefined ? [path] : [],
    );
  const all = Object.keys(paths);
  const expected: Record<AttackName, readonly string[]> = {
    'route-left-out': all,
    'credential-altered': all,
    'plugin-changed': all,
    'entity-dropped': all.filter((path) => path !== 'reattach'),
    'stale-backup': ['logical', 'kept', 'deck'],
    'failure-does-nothing': all,
    'probes-misled': all,
    'absent-key-asked': ['kept'],
  };
  for (const name of attackNames) assert.deepEqual(apply(name), expected[name], name);
  const dumped = targetOf(paths.logical, { databaseDump: 'a.dump' });
  assert.match(attacks['stale-backup'].whyNot(dumped) ?? '', /comes whole out of a dump/);
});

test('overriding - its own members first, the others on the object itself, private ones too', () => {
  class Counter {
    #count = 1;
    get count(): number {
      return this.#count;
    }
    name(): string {
      return `count ${this.#count}`;
    }
  }
  let asked = 0;
  const own = {
    get count() {
      return (asked += 10);
    },
  };
  const over = overriding(new Counter(), own as Partial<Counter>);
  assert.deepEqual([over.name(), over.count, over.count], ['count 1', 10, 20]);
});

test('relay - lets through what it has no answer for, and breaks off where the target is gone', async () => {
  const server = createServer((asked, reply) => {
    let body = '';
    asked.on('data', (chunk: Buffer) => (body += chunk.toString()));
    asked.on('end', () =>
      reply.writeHead(201, { 'x-own': 'yes' }).end(`${asked.method} ${asked.url} ${body}`),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await using relay = await startRelay(`http://127.0.0.1:${port}`, ({ url }) =>
    url === '/mine' ? { status: 204, body: '' } : undefined,
  );
  const through = await fetch(`${relay.url}/a?b=1`, { method: 'POST', body: 'content' });
  assert.deepEqual([through.status, through.headers.get('x-own')], [201, 'yes']);
  assert.equal(await through.text(), 'POST /a?b=1 content');
  assert.equal((await fetch(`${relay.url}/mine`)).status, 204);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await assert.rejects(fetch(`${relay.url}/a`), /fetch failed/);
});

test('failure-does-nothing - while the drill fails things, and at no other time', async () => {
  await using assault = attacks['failure-does-nothing'].begin(targetOf(paths.logical));
  const { lab: inner, calls } = fakeLab({ ownDisk: true });
  const lab = await assault.wrap(inner);
  const { signal } = new AbortController();
  const strike = async () => {
    await lab.postgres.lose(signal);
    await lab.postgres.damageData(signal);
    await lab.postgres.disk?.fill(signal);
    await lab.kong[0]?.kill(signal);
    await lab.link?.cut(signal);
  };
  tell(assault, { kind: 'phase-started', phase: 'fail' });
  tell(assault, { kind: 'failure-issued', failure: 'lose', target: 'postgres', planned: {} });
  await strike();
  assert.deepEqual(calls, []);
  assert.notEqual(lab.postgres.connection.database, inner.postgres.connection.database);
  assert.equal(await assault.planted(), 'prevented: lose postgres');
  tell(assault, { kind: 'phase-started', phase: 'recover' });
  await strike();
  assert.equal(calls.length, 5);
  assert.equal(lab.postgres.connection.database, inner.postgres.connection.database);
});

test('entity-dropped - of several files that decK reads, the others stay as they are', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sabotage-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const files = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
  for (const file of files) await writeFile(file, 'services:\n- name: shop\n');
  const read: (readonly string[])[] = [];
  const { lab: inner } = fakeLab();
  const tool: Lab['tool'] = (call) => {
    read.push(call.reads ?? []);
    return inner.tool(call);
  };
  await using assault = attacks['entity-dropped'].begin(targetOf(paths.deck));
  const lab = await assault.wrap({ ...inner, tool });
  for (const event of buildJournal().slice(0, 1)) assault.see(event);
  tell(assault, { kind: 'stage-started', stage: 'deck-sync', index: 0 });
  const { signal } = new AbortController();
  await lab.tool({ tool: 'deck', reads: files, args: ({ path }) => files.map(path), limitMs: 1_000, signal });
  const [[copy, other] = []] = read;
  assert.notEqual(copy, files[0]);
  assert.equal(other, files[1]);
});

test('entity-dropped - decK gets a copy that lacks one entity, none of the runner’s own, once, in the recovery', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'sabotage-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'kong.yaml');
  const mark = markIn(buildJournal());
  await writeFile(file, `consumers:\n- username: alice\n- username: bob\n- username: ${mark}-canary\n`);
  const read: string[] = [];
  const { lab: inner } = fakeLab();
  const tool: Lab['tool'] = async (call) => {
    const [path = ''] = call.args({
      path: (it) => it,
      postgres: inner.postgres.connection,
      adminUrl: () => '',
    });
    assert.deepEqual(call.reads, [path]);
    read.push(await readFile(path, 'utf8'));
    return inner.tool(call);
  };
  await using assault = attacks['entity-dropped'].begin(targetOf(paths.deck));
  const lab = await assault.wrap({ ...inner, tool });
  const sync = () =>
    lab.tool({
      tool: 'deck',
      reads: [file],
      args: ({ path }) => [path(file)],
      limitMs: 1_000,
      signal: new AbortController().signal,
    });
  for (const event of buildJournal().slice(0, 1)) assault.see(event);
  await sync();
  tell(assault, { kind: 'stage-started', stage: 'deck-sync', index: 0 });
  await sync();
  await sync();
  const whole = await readFile(file, 'utf8');
  assert.deepEqual([read[0], read[2]], [whole, whole]);
  assert.doesNotMatch(read[1] ?? '', /bob/);
  assert.match(read[1] ?? '', new RegExp(`alice[^]*${mark}`));
  assert.equal(await assault.planted(), 'one of the consumers was not synced');
});

test('entity-dropped - through requests, one that nothing hangs on is answered, and gone', async () => {
  const made: string[] = [];
  const admin = createServer((asked, reply) => {
    made.push(`${asked.method} ${asked.url}`);
    asked.resume();
    reply.end('{}');
  }).listen(0, '127.0.0.1');
  await once(admin, 'listening');
  const { port } = admin.address() as { port: number };
  await using assault = attacks['entity-dropped'].begin(targetOf(paths.replay));
  for (const event of buildJournal().slice(0, 1)) assault.see(event);
  const lab = await assault.wrap(fakeLab({ adminUrl: `http://127.0.0.1:${port}` }).lab);
  const put = async (path: string) =>
    (await fetch(`${lab.kong[0]?.adminUrl ?? ''}${path}`, { method: 'PUT', body: '{}' })).status;
  await put('/plugins/1');
  tell(assault, { kind: 'stage-started', stage: 'ci-replay', index: 0 });
  for (const path of ['/services/a', '/plugins/2', '/plugins/3', '/plugins/2'])
    assert.equal(await put(path), 200);
  const gone = 'DELETE /plugins/2';
  assert.deepEqual(made, ['PUT /plugins/1', 'PUT /services/a', gone, 'PUT /plugins/3', gone]);
  assert.equal(await assault.planted(), 'PUT /plugins/2 was answered and not made');
  admin.closeAllConnections();
  admin.close();
});

test('probes-misled - from the failure on, every request is answered with its own nonce', async () => {
  const { lab: inner } = fakeLab();
  await using assault = attacks['probes-misled'].begin(targetOf(paths.logical));
  const lab = await assault.wrap(inner);
  const ask = () =>
    fetch(lab.kong[0]?.proxyUrl ?? '', { headers: { 'x-kong-drill-nonce': 'abc' } }).then((it) => it.json());
  assert.equal(await assault.planted(), undefined);
  tell(assault, { kind: 'failure-issued', failure: 'lose', target: 'postgres', planned: {} });
  assert.deepEqual(await ask(), { nonce: 'abc' });
  assert.equal(await assault.planted(), '1 requests were answered past Kong');
});

function tell(assault: Assault, event: NewEvent): void {
  assault.see({ ...event, seq: 1, t: 1 });
}

function markIn([started]: readonly JournalEvent[]): string {
  return started?.kind === 'run-started' ? `kd-${started.runId}` : '';
}
