/** What breaks the machine under a drill: its disk, its memory, its clock, its Postgres, its Docker. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { runVariable } from '../engine/owned-folder.js';
import { readJournal } from '../journal/read-journal.js';
import { runCommand } from '../system/command.js';
import { environment } from '../system/environment.js';
import { processTable, variableOf } from '../system/process-table.js';
import { labelled } from '../testing/docker.js';
import { leftOf, whyNot } from '../testing/engines.js';
import { drillsFolder, program, startDrill } from '../testing/running-drill.js';
import type { EndedDrill, RunningDrill } from '../testing/running-drill.js';

const limitMs = 300_000;
const file = join(drillsFolder, 'kong-killed.yaml');
const isRoot = process.getuid?.() === 0;
const notRoot = isRoot ? false : 'a mount of its own needs root';

async function ownFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-fault-'));
  // What a test registers later is undone later; a mount within has to go first.
  context.after(async () => {
    while (isRoot && (await runCommand(['umount', '--lazy', folder])).ok);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A disk of its own for the reports. */
async function smallDisk(context: TestContext, sizeKiB: number): Promise<string> {
  const folder = await ownFolder(context);
  await sh('mount', '-t', 'tmpfs', '-o', `size=${sizeKiB}k`, 'tmpfs', folder);
  return folder;
}

async function sh(...command: readonly string[]): Promise<string> {
  const { ok, stdout, stderr } = await runCommand(command, { limitMs: 30_000 });
  assert.ok(ok, `${command.join(' ')}: ${stderr}`);
  return stdout;
}

/** Loaded into the runner before anything of its own. */
async function preloaded(context: TestContext, text: string): Promise<Record<string, string>> {
  const hook = join(await ownFolder(context), 'hook.mjs');
  await writeFile(hook, text);
  return { NODE_OPTIONS: `--import=${hook}` };
}

async function assertNothingLeft(running: RunningDrill, engine: 'processes' | 'containers'): Promise<void> {
  assert.deepEqual(await leftOf(engine, await running.runId(), running.temporaryFolder), []);
}

function assertOneMessage({ progress, output }: EndedDrill, message: RegExp): void {
  assert.match(progress + output, message);
  assert.doesNotMatch(progress + output, /this is a defect|\n +at /);
}

test('machine - the disk under the reports is full', { skip: notRoot, timeout: limitMs }, async (context) => {
  const out = await smallDisk(context, 96);
  const running = await startDrill(context, { engine: 'processes', file, out });
  const runId = await running.runId();
  const ended = await running.ended;
  assert.equal(ended.exitCode, 3, ended.progress);
  assertOneMessage(ended, /ENOSPC|no space left/i);
  const journal = [...readJournal(join(await ended.folder(), 'journal.ndjson'))];
  assert.equal(journal[0]?.kind, 'run-started');
  assert.ok(journal.length > 20, `${journal.length} events`);
  assert.deepEqual(await leftOf('processes', runId, running.temporaryFolder), []);
});

test(
  'machine - the reports can be written no longer',
  { skip: notRoot, timeout: limitMs },
  async (context) => {
    const out = await smallDisk(context, 10_000);
    const running = await startDrill(context, { engine: 'processes', file, out });
    await running.until('phase-started', ({ phase }) => phase === 'steady-state');
    // The journal is open: what is refused from now on are new files, as on a disk that the kernel gave up.
    await sh('mount', '--bind', out, out);
    await sh('mount', '-o', 'remount,ro,bind', out);
    const ended = await running.ended;
    assert.equal(ended.exitCode, 3, ended.progress);
    assertOneMessage(ended, /EROFS|read-only file system/i);
    await assertNothingLeft(running, 'processes');
  },
);

for (const [where, jumpMs] of [
  ['ahead', 3_600_000],
  ['back', -3_600_000],
] as const)
  test(
    `machine - the wall clock jumps an hour ${where} in the middle of a drill`,
    { timeout: limitMs },
    async (context) => {
      const env = await preloaded(
        context,
        `const now = Date.now; const from = now() + 15_000;
    Date.now = () => (now() < from ? now() : now() + ${jumpMs});
    globalThis.Date = new Proxy(Date, {
      construct: (target, words) => (words.length > 0 ? new target(...words) : new target(target.now())),
    });`,
      );
      const running = await startDrill(context, { engine: 'processes', file, env });
      const ended = await running.ended;
      assert.equal(ended.exitCode, 0, ended.progress + ended.output);
      const { cases, host } = await ended.result();
      assert.ok(Math.abs(Number(host.wallClockDriftMs) - jumpMs) < 1_000, JSON.stringify(host));
      for (const { clock, rto } of cases[0]?.clocks ?? [])
        assert.ok(rto?.upperMs !== null && (rto?.upperMs ?? 0) < 60_000, `${clock} ${JSON.stringify(rto)}`);
    },
  );

test(
  'machine - the runner runs out of memory: the journal is whole, and clean does the rest',
  { timeout: limitMs },
  async (context) => {
    const env = await preloaded(
      context,
      'if (process.argv[2] === "run") setTimeout(() => { const all = []; for (;;) all.push(new Array(1e6).fill(all.length)); }, 12_000);',
    );
    const running = await startDrill(context, {
      engine: 'processes',
      file,
      env: { NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --max-old-space-size=256` },
    });
    const runId = await running.runId();
    const ended = await running.ended;
    assert.notEqual(ended.exitCode, 0);
    assert.match(ended.progress, /heap out of memory/);
    const clean = { env: { ...process.env, TMPDIR: running.temporaryFolder } };
    const words = (...args: string[]) => [process.execPath, program, ...args];
    await runCommand(words('clean', '--engine', 'processes'), clean);
    assert.deepEqual(await leftOf('processes', runId, running.temporaryFolder), []);
    const drawn = await runCommand(words('report', await ended.folder()));
    assert.match(await ended.junit(), /type="runner-failed"/, drawn.stderr);
  },
);

test('machine - Postgres is out of connections', { timeout: limitMs }, async (context) => {
  const running = await startDrill(context, {
    engine: 'processes',
    file: join(drillsFolder, 'quickstart.yaml'),
  });
  const runId = await running.runId();
  await running.until('phase-started', ({ phase }) => phase === 'configure');
  const taken = await takeConnections(runId);
  context.after(() => Promise.all(taken.map((one) => one.end().catch(() => undefined))));
  assert.ok(taken.length > 20, `${taken.length} connections`);
  const ended = await running.ended;
  assert.ok([2, 3].includes(ended.exitCode ?? 0), ended.progress + ended.output);
  assertOneMessage(ended, /too many clients|connection slots/);
  await assertNothingLeft(running, 'processes');
});

/** With the password of the lab's own Kong, as many as there are. */
async function takeConnections(runId: string): Promise<readonly Client[]> {
  const pid = await kongOf(runId);
  const [port, user, password, database] = await Promise.all(
    ['PORT', 'USER', 'PASSWORD', 'DATABASE'].map((name) => variableOf(pid, `KONG_PG_${name}`)),
  );
  const taken: Client[] = [];
  for (;;) {
    const client = new Client({ host: '127.0.0.1', port: Number(port), user, password, database });
    client.on('error', () => undefined);
    try {
      await client.connect();
      taken.push(client);
    } catch {
      return taken;
    }
  }
}

async function kongOf(runId: string): Promise<number> {
  for (const { pid } of await processTable())
    if ((await variableOf(pid, runVariable)) === runId && (await variableOf(pid, 'KONG_PG_PASSWORD')))
      return pid;
  throw new Error(`no Kong of run ${runId}`);
}

/** What cuts the runner off from its lab, and is undone when the test ends. */
type Cut = (context: TestContext, running: RunningDrill) => Promise<void>;

/** Drops what goes to the ports of the lab on 127.0.0.1. */
const dropPackets: Cut = async (context, running) => {
  const filter = ['--filter', `label=com.kong-drill.run=${await running.runId()}`];
  const published = await sh('docker', 'ps', ...filter, '--format', '{{.Ports}}');
  const ports = new Set([...published.matchAll(/127\.0\.0\.1:(\d+)->/g)].map(([, port = '']) => port));
  assert.ok(ports.size > 2, published);
  for (const port of ports) {
    const rule = ['OUTPUT', '-o', 'lo', '-p', 'tcp', '-d', '127.0.0.1', '--dport', port, '-j', 'DROP'];
    context.after(() => sh('iptables', '-D', ...rule));
    await sh('iptables', '-I', ...rule);
  }
};

/** Of a runner in a network of its own. */
const loopbackDown: Cut = async (_, { pid }) => {
  await sh('nsenter', '--net', '--target', String(pid), 'ip', 'link', 'set', 'lo', 'down');
};

const networks = {
  containers: { cut: dropPackets, skip: notRoot || ((await whyNot('containers')) ?? false), within: [] },
  processes: {
    cut: loopbackDown,
    skip: notRoot,
    within: ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'],
  },
} as const;

for (const engine of ['containers', 'processes'] as const)
  for (const phase of ['steady-state', 'recover'] as const) {
    const { cut, skip, within } = networks[engine];
    test(
      `machine - the network to the lab is cut in ${phase}, engine ${engine}`,
      { skip, timeout: limitMs },
      async (context) => {
        const running = await startDrill(context, { engine, file, within });
        await running.until('phase-started', (event) => event.phase === phase);
        await cut(context, running);
        const ended = await running.ended;
        assert.equal(ended.exitCode, 3, ended.progress + ended.output);
        assertOneMessage(ended, /the lab can no longer be reached from here: /);
        const { verdict, cases } = await ended.result();
        assert.equal(verdict, 'inconclusive');
        assert.equal(cases[0]?.failures.length, phase === 'recover' ? 1 : 0);
        assert.match(await ended.junit(), /<error /);
        await assertNothingLeft(running, engine);
      },
    );
  }

const dockerSocket = environment().DOCKER_HOST?.replace('unix://', '') ?? '/var/run/docker.sock';
const skipContainers = (await whyNot('containers')) ?? false;

/** A socket of its own before Docker's, which can be made slow or silent. */
async function dockerBehind(context: TestContext) {
  const socket = join(await ownFolder(context), 'docker.sock');
  const state: { delayMs: number; silent: boolean; silentFrom?: RegExp } = { delayMs: 0, silent: false };
  const pass = (from: Socket, to: Socket): void => {
    let before: Promise<unknown> = Promise.resolve();
    const then = (what: () => unknown) => {
      before = before.then(() => sleep(state.delayMs)).then(() => (state.silent ? undefined : what()));
    };
    from.on('data', (chunk) => {
      state.silent ||= state.silentFrom?.test(chunk.toString('latin1')) === true;
      then(() => to.write(chunk));
    });
    from.on('end', () => then(() => to.end()));
    from.on('error', () => to.destroy());
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const engine = connect({ path: dockerSocket, allowHalfOpen: true });
    client.on('close', () => engine.destroy());
    pass(client, engine);
    pass(engine, client);
  });
  const open = new Set<Socket>();
  server.on('connection', (client) => open.add(client));
  server.listen(socket);
  context.after(() => {
    server.close();
    for (const one of open) one.destroy();
  });
  return { state, asked: once(server, 'connection'), env: { DOCKER_HOST: `unix://${socket}` } };
}

test(
  'machine - a Docker engine that takes half a second for every word',
  { skip: skipContainers, timeout: limitMs },
  async (context) => {
    const { state, env } = await dockerBehind(context);
    state.delayMs = 500;
    const running = await startDrill(context, { engine: 'containers', file, env });
    const ended = await running.ended;
    assert.equal(ended.exitCode, 0, ended.progress + ended.output);
    await assertNothingLeft(running, 'containers');
  },
);

const silence = /the Docker engine has not answered for 30 s/;
const startOfContainer = /^POST \S*\/containers\/\w+\/start/;
const lost = join(drillsFolder, 'kong-lost.yaml');

for (const [when, phase, silentFrom, drill] of [
  ['in a change', 'change', /^/, file],
  ['as it starts a container', 'recover', startOfContainer, lost],
] as const)
  test(
    `machine - a Docker engine that falls silent ${when}`,
    { skip: skipContainers, timeout: limitMs },
    async (context) => {
      const { state, env } = await dockerBehind(context);
      const running = await startDrill(context, { engine: 'containers', file: drill, env });
      const runId = await running.runId();
      await running.until('phase-started', (event) => event.phase === phase);
      state.silentFrom = silentFrom;
      const ended = await running.ended;
      assert.ok(state.silent);
      assert.equal(ended.exitCode, 3, ended.progress + ended.output);
      assertOneMessage(ended, silence);
      await runCommand([process.execPath, program, 'clean', '--engine', 'containers']);
      assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
    },
  );

for (const [engine, exitCode, message] of [
  ['containers', 3, silence],
  ['auto', 0, /has not answered for 30 s; so the drill runs as local processes/],
] as const)
  test(
    `machine - a Docker engine that is silent from the start, engine ${engine}`,
    { skip: skipContainers, timeout: limitMs },
    async (context) => {
      const { state, env } = await dockerBehind(context);
      state.silent = true;
      const running = await startDrill(context, { engine, file, env });
      const ended = await running.ended;
      assert.equal(ended.exitCode, exitCode, ended.progress + ended.output);
      assertOneMessage(ended, message);
    },
  );

test(
  'machine - clean with a Docker engine that is silent from the start',
  { skip: skipContainers, timeout: limitMs },
  async (context) => {
    const { state, env } = await dockerBehind(context);
    state.silent = true;
    const words = [process.execPath, program, 'clean', '--engine', 'containers'];
    const ended = await runCommand(words, { env: { ...environment(), ...env }, limitMs: 60_000 });
    assert.equal(ended.exitCode, 3, ended.failure);
    assert.match(ended.stderr, silence);
  },
);

test(
  'machine - an interruption while a Docker engine is silent from the start',
  { skip: skipContainers, timeout: limitMs },
  async (context) => {
    const { state, asked, env } = await dockerBehind(context);
    state.silent = true;
    const running = await startDrill(context, { engine: 'containers', file, env });
    await asked;
    running.kill('SIGINT');
    const ended = await Promise.race([running.ended, sleep(10_000, undefined, { ref: false })]);
    assert.equal(ended?.exitCode, 130, ended?.progress);
  },
);

test(
  'machine - an interruption while a Docker engine that fell silent starts a container',
  { skip: skipContainers, timeout: limitMs },
  async (context) => {
    const { state, env } = await dockerBehind(context);
    const running = await startDrill(context, { engine: 'containers', file: lost, env });
    const runId = await running.runId();
    await running.until('phase-started', ({ phase }) => phase === 'recover');
    state.silentFrom = startOfContainer;
    while (!state.silent) await sleep(20);
    running.kill('SIGINT');
    const ended = await running.ended;
    assert.equal(ended.exitCode, 130, ended.progress + ended.output);
    await runCommand([process.execPath, program, 'clean', '--engine', 'containers']);
    assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
  },
);
