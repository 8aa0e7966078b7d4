import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { environment } from '../../system/environment.js';
import { processEntry, processTable } from '../../system/process-table.js';
import { randomHex } from '../../system/random.js';
import { leftoversOf } from '../../testing/leftovers.js';
import type { Owner } from '../owned-folder.js';
import { processesEngine } from './engine.js';

const signal = () => AbortSignal.timeout(60_000);

/** A command of the user's that leaves a process of its own session behind; no record names that one. */
const daemon = `require('child_process').spawn('sleep', ['601'], { detached: true, stdio: 'ignore' }).unref()`;

/** A runner that opens a lab, starts everything, leaves a command running and Postgres frozen, and waits. */
const runner = (runId: string, folder: string) => `
  import { processesEngine } from ${JSON.stringify(new URL('./engine.js', import.meta.url).href)};
  import { systemClock } from ${JSON.stringify(new URL('../../system/clock.js', import.meta.url).href)};
  const signal = new AbortController().signal;
  const kong = { edition: 'oss', version: '3.9', nodes: 1, workers: 1, settings: {}, files: {}, plugins: [], environment: {} };
  const topology = { kong, postgres: { version: '15' }, workspaces: ['default'] };
  const engine = processesEngine({ fast: true });
  const readiness = await engine.prepare({ topology, failures: [], cases: [] }, signal);
  const lab = await engine.open({ runId: '${runId}', caseId: 'c', topology, readiness, drillFolder: '.',
    logFolder: '${folder}/logs', clock: systemClock(), onSecret: () => undefined });
  await lab.postgres.provision({ address: 'same' }, signal);
  await lab.tool({ tool: 'kong', args: () => ['migrations', 'bootstrap'], limitMs: 60_000, signal });
  await lab.kong[0].provision({}, signal);
  void lab.command({ command: ['sleep', '600'], cwd: '/', limitMs: 600_000, signal });
  await lab.command({ command: [process.execPath, '-e', ${JSON.stringify(daemon)}], cwd: '/', limitMs: 60_000, signal });
  await lab.postgres.freeze(signal);
  console.log('ready');
  setInterval(() => undefined, 1_000);`;

async function ownTemporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clean-test-'));
  await chmod(folder, 0o711);
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function startRunner(runId: string, temporary: string, context: TestContext): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', runner(runId, temporary)], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  assert.equal(said.toString(), 'ready\n');
  return child;
}

/** Of a line of `ps`, which of them runs at the moment is chance; that one is stopped is not. */
const withoutState = (line: string): string => line.replace(/^(\d+) (T?)\S*/, '$1 $2');

/** A program that is none of ours, and looks as if it were. */
function startForeign(context: TestContext, cwd: string, variables: Record<string, string>): number {
  const child = spawn('sleep', ['600'], { cwd, env: { ...process.env, ...variables }, stdio: 'ignore' });
  context.after(() => child.kill('SIGKILL'));
  return child.pid ?? 0;
}

test(
  'clean - after kill -9 of the runner nothing of the run is left',
  { timeout: 120_000 },
  async (context) => {
    const temporary = await ownTemporaryFolder(context);
    const runId = `doomed-${randomHex(4)}`;
    const child = await startRunner(runId, temporary, context);
    const engine = processesEngine({ environment: { ...environment(), TMPDIR: temporary } });

    const during = await leftoversOf(runId, temporary);
    assert.deepEqual(
      await engine.clean(signal()).then((said) => said.filter((line) => line.includes(runId))),
      [],
    );
    const after = await leftoversOf(runId, temporary);
    assert.deepEqual(after.map(withoutState), during.map(withoutState), 'a run that lives is left alone');

    child.kill('SIGKILL');
    await once(child, 'exit');
    const orphans = await leftoversOf(runId, temporary);
    for (const what of ['postgres', 'main.js start', 'echo.js', 'resolver.js', 'sleep 600', 'sleep 601'])
      assert.ok(
        orphans.some((line) => line.includes(what)),
        `${what} among ${orphans.join('\n')}`,
      );

    const [folder = ''] = (await readdir(temporary)).filter((name) => name.startsWith('kong-drill-'));
    const inside = startForeign(context, join(temporary, folder), {});
    const named = startForeign(context, '/', { KONG_DRILL_RUN: runId, KONG_DRILL_MARK: randomHex() });
    const said = await engine.clean(signal());
    assert.ok(
      said.some((line) => line.includes(`removed ${join(temporary, folder)}`)),
      said.join('\n'),
    );
    const left = (await leftoversOf(runId, temporary)).filter((line) => !line.startsWith(`${named} `));
    assert.deepEqual(left, []);
    for (const pid of [inside, named]) assert.ok(await processEntry(pid), 'a foreign process lives on');
    assert.deepEqual(
      (await engine.clean(signal())).filter((line) => line.includes(runId)),
      [],
    );
    assert.ok((await stat(join(temporary, 'logs', 'postgres.log'))).size > 0, 'logs survive');
  },
);

test('clean - folders of others with such names, and records that name foreign processes, are left alone', async (context) => {
  const temporary = await ownTemporaryFolder(context);
  const engine = processesEngine({ environment: { ...environment(), TMPDIR: temporary } });
  const pid = startForeign(context, '/', {});
  const foreign = await processEntry(pid);
  const own = await processEntry(process.pid);
  assert.ok(foreign && own);
  const owner: Owner = {
    version: 1,
    engine: 'processes',
    runId: 'r',
    caseId: 'c',
    mark: randomHex(),
    runner: { pid: own.pid, startedAt: 'before the last boot' },
    processes: [{ what: 'postgres', pid, startedAt: 'another process, long ago' }],
  };
  const folders: Record<string, string | undefined> = {
    'kong-drill-ci': undefined,
    'kong-drill-r-empty': '',
    'kong-drill-r-notes': '{"runId": "r"}',
    'kong-drill-r-alive': JSON.stringify({ ...owner, runner: own }),
    'kong-drill-r-open-to-all': JSON.stringify(owner),
    'another-r-dead': JSON.stringify(owner),
  };
  for (const [name, content] of Object.entries(folders)) {
    await mkdir(join(temporary, name));
    if (content !== undefined) await writeFile(join(temporary, name, 'owner.json'), content);
  }
  await chmod(join(temporary, 'kong-drill-r-open-to-all'), 0o777);
  const before = await readdir(temporary);

  await engine.clean(signal());
  assert.deepEqual(await readdir(temporary), before);

  await mkdir(join(temporary, 'kong-drill-r-dead'));
  await writeFile(join(temporary, 'kong-drill-r-dead', 'owner.json'), JSON.stringify(owner));
  const said = await engine.clean(signal());
  assert.ok(said.includes(`removed ${join(temporary, 'kong-drill-r-dead')} of run r`));
  assert.deepEqual(await readdir(temporary), before);
  assert.ok(
    (await processTable()).some((entry) => entry.pid === pid),
    'the pid was given out again',
  );
  assert.ok((await readFile(join(temporary, 'kong-drill-r-alive', 'owner.json'), 'utf8')).length > 0);
});
