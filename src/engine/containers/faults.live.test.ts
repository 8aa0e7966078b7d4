/** What goes wrong around a lab: a killed runner, foreigners beside it, a container removed by hand, images that fail. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import { systemClock } from '../../system/clock.js';
import { environment } from '../../system/environment.js';
import { randomHex } from '../../system/random.js';
import { withSql } from '../../system/sql.js';
import { docker, dockerMissing, labelled } from '../../testing/docker.js';
import { isUp } from '../contract/checks.js';
import { planOf, topologyOf } from '../contract/opened.js';
import type { Engine, Lab } from '../engine.js';
import { whyNoContainers } from './docker.js';
import { containersEngine } from './engine.js';

const limitMs = 120_000;
const topology = topologyOf({ engine: () => containersEngine(), leftovers: () => Promise.resolve([]) });
const skip = (await dockerMissing()) ?? false;
const folder = await mkdtemp(join(tmpdir(), 'kong-drill-faults-'));
after(() => rm(folder, { recursive: true }));

test('docker - no other engine in place of one that answers, but cannot be used', { skip }, async () => {
  const socket = join(folder, 'docker.sock');
  const server = createServer((_, response) => response.writeHead(404).end('{}')).listen(socket);
  await once(server, 'listening');
  try {
    assert.equal(await whyNoContainers(environment()), undefined);
    const why = await whyNoContainers({ ...environment(), DOCKER_HOST: `unix://${socket}` });
    assert.match(why?.error.message ?? '', /docker\.sock \(DOCKER_HOST\): it answered HTTP 404/);
  } finally {
    server.close();
  }
});

test(
  'clean - takes what a killed runner left, and nothing of anybody else',
  { skip, timeout: limitMs },
  async () => {
    const runId = `killed-${randomHex(4)}`;
    const foreign = `kong-drill-foreign-${randomHex(4)}`;
    await docker(['network', 'create', '--internal', '--label', 'com.kong-drill.other=1', foreign]);
    await docker(['volume', 'create', foreign]);
    try {
      await killedRunner(runId);
      assert.ok((await labelled(`com.kong-drill.run=${runId}`)).length >= 6);
      const said = await containersEngine().clean(signal());
      assert.ok(said.filter((line) => line.includes(runId)).length >= 6, said.join('\n'));
      assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
      assert.ok(!said.some((line) => line.includes(foreign)));
      await docker(['network', 'inspect', foreign]);
      await docker(['volume', 'inspect', foreign]);
    } finally {
      await docker(['network', 'rm', foreign]);
      await docker(['volume', 'rm', foreign]);
    }
  },
);

test('postgres - a container removed by hand is one clear error', { skip, timeout: limitMs }, async () => {
  await withLab(async (lab, runId) => {
    await lab.postgres.provision({ address: 'same' }, signal());
    const [name = ''] = (
      await docker(['ps', '--filter', `label=com.kong-drill.run=${runId}`, '--format', '{{.Names}}'])
    )
      .split('\n')
      .filter((line) => line.includes('-postgres-'));
    await docker(['rm', '--force', name]);
    await assert.rejects(lab.postgres.start(signal()), isEngineError(/postgres is gone: somebody removed/));
    const state = await lab.postgres.state(signal());
    assert.equal(state.running, false);
    await assert.doesNotReject(
      lab.postgres.provision({ address: 'same' }, signal()),
      'and a new one can be made',
    );
  });
});

test(
  'kong - an image that fails says why, in one line and in its log',
  { skip, timeout: limitMs },
  async () => {
    await withLab(async (lab, _runId, logs) => {
      const [node] = lab.kong;
      await assert.rejects(
        node?.provision({}, signal()) ?? Promise.resolve(),
        isEngineError(/kong-1 ended with exit code \d+.*: ./),
      );
      assert.match(await readFile(join(logs, 'kong-1.log'), 'utf8'), /postgres|database|PostgreSQL/i);
      assert.ok((await readdir(logs)).includes('relay.log'));
    });
  },
);

test(
  'images - one that is not here is named with the command that gets it',
  { skip, timeout: limitMs },
  async () => {
    const engine = containersEngine({ images: { kong: 'kong-drill/nowhere:1' }, pull: false });
    await assert.rejects(engine.prepare(planOf(topology, []), signal()), (error: unknown) => {
      assert.ok(error instanceof DrillError);
      assert.match(error.message, /kong-drill\/nowhere:1 \(from the command line\).*--no-pull/);
      assert.match(error.hint, /docker pull kong-drill\/nowhere:1/);
      return true;
    });
  },
);

test(
  'images - one that is not Kong is refused before anything starts',
  { skip, timeout: limitMs },
  async () => {
    const postgres = environment().KONG_DRILL_IMAGE_POSTGRES;
    if (!postgres) return;
    const engine = containersEngine({ images: { kong: postgres } });
    await assert.rejects(
      engine.prepare(planOf(topology, []), signal()),
      isEngineError(/does not tell its version|could not start/),
    );
  },
);

test(
  'link - cut, Postgres runs and nobody reaches it; mended, it is where it was',
  { skip, timeout: limitMs },
  async () => {
    await withLab(async (lab) => {
      await lab.postgres.provision({ address: 'same' }, signal());
      await lab.link?.cut(signal());
      const cut = await lab.postgres.state(signal());
      assert.deepEqual([cut.running, cut.frozen, cut.dataPresent], [true, false, true]);
      assert.ok(cut.evidence.some(({ source, confirms }) => source.startsWith('connect') && confirms));
      await lab.link?.mend(signal());
      await isUp(lab.postgres);
      await withSql(lab.postgres.connection, (sql) => sql.query('SELECT 1'));
    });
  },
);

const signal = (): AbortSignal => AbortSignal.timeout(limitMs);

function isEngineError(message: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DrillError, String(error));
    assert.equal(error.code, 'engine');
    assert.match(error.message, message);
    assert.ok(error.hint.length > 3);
    return true;
  };
}

async function openLab(engine: Engine, runId: string, logs: string): Promise<Lab> {
  const readiness = await engine.prepare(planOf(topology, []), signal());
  const clock = systemClock();
  const spec = {
    topology,
    readiness,
    clock,
    drillFolder: folder,
    logFolder: logs,
    onSecret: () => undefined,
  };
  return engine.open({ ...spec, runId, caseId: 'faults' });
}

async function withLab(use: (lab: Lab, runId: string, logs: string) => Promise<void>): Promise<void> {
  const runId = `faults-${randomHex(4)}`;
  const logs = join(folder, runId);
  const lab = await openLab(containersEngine(), runId, logs);
  try {
    await use(lab, runId, logs);
  } finally {
    await lab[Symbol.asyncDispose]();
  }
  assert.deepEqual(await labelled(`com.kong-drill.run=${runId}`), []);
}

/** Another process opens a lab, starts Postgres in it, and is killed. */
async function killedRunner(runId: string): Promise<void> {
  const source = `
    const { containersEngine } = await import(${JSON.stringify(new URL('./engine.js', import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL('../../system/clock.js', import.meta.url).href)});
    const lab = await containersEngine().open({
      runId: ${JSON.stringify(runId)}, caseId: 'killed', topology: ${JSON.stringify(topology)}, drillFolder: ${JSON.stringify(folder)},
      logFolder: ${JSON.stringify(join(folder, runId))}, clock: systemClock(), onSecret: () => undefined,
    });
    await lab.postgres.provision({ address: 'same' }, AbortSignal.timeout(${limitMs}));
    console.log('up');
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
