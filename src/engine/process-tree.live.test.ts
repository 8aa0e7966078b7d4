import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { systemClock, waitFor } from '../system/clock.js';
import { runCommand } from '../system/command.js';
import { processEntry, sendSignal } from '../system/process-table.js';
import { startProgram } from '../system/program.js';
import { isStopped, ProcessTree } from './process-tree.js';

const clock = systemClock();

/** A master with four workers, each in a session of its own. */
const master = `
  for (let i = 0; i < 4; i += 1) require('child_process').spawn('sleep', ['602'], { detached: true });
  setInterval(() => undefined, 1_000);`;

async function startMaster(context: TestContext): Promise<ProcessTree> {
  const folder = await mkdtemp(join(tmpdir(), 'process-tree-'));
  context.after(() => rm(folder, { recursive: true }));
  const options = { cwd: folder, env: { PATH: process.env.PATH }, logFile: join(folder, 'log') };
  const { pid } = await startProgram([process.execPath, '-e', master], options);
  const entry = await processEntry(pid);
  assert.ok(entry);
  const tree = new ProcessTree([entry]);
  context.after(() => tree.kill(clock));
  const look = async () => {
    const count = (await tree.members()).length;
    return count === 5
      ? ({ done: true, value: count } as const)
      : ({ done: false, seen: `${count}` } as const);
  };
  assert.ok((await waitFor(look, { clock, limitMs: 10_000 })).done, 'a master and four workers');
  return tree;
}

test('process tree - a master that starts more and more is killed with all of them', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'process-tree-'));
  context.after(() => rm(folder, { recursive: true }));
  // Each in a session of its own, and recognised by its argument: 600 seconds and a fraction.
  const argument = `600.${randomInt(1e9)}`;
  const program = `setInterval(() => require('child_process').spawn('sleep', ['${argument}'], { detached: true }), 1)`;
  const started = await startProgram([process.execPath, '-e', program], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    logFile: join(folder, 'log'),
  });
  const entry = await processEntry(started.pid);
  assert.ok(entry);
  const sleepers = async () => {
    const { stdout } = await runCommand(['ps', '-A', '-o', 'pid=,args=']);
    return stdout.split('\n').filter((line) => line.includes(`sleep ${argument}`));
  };
  const look = async () => {
    const { length } = await sleepers();
    return length > 5
      ? ({ done: true, value: length } as const)
      : ({ done: false, seen: `${length}` } as const);
  };
  assert.ok((await waitFor(look, { clock, limitMs: 60_000 })).done, 'it has begun to start them');
  const tree = new ProcessTree([entry]);
  await tree.kill(clock);
  assert.ok(tree.size > 5, `${tree.size} processes`);
  const left = await sleepers();
  for (const line of left) sendSignal(Number.parseInt(line, 10), 'SIGKILL');
  assert.deepEqual(left, []);
});

test('process tree - those that outlive their master are still known', async (context) => {
  const tree = await startMaster(context);
  const [root, ...workers] = await tree.members();
  assert.ok(root);
  sendSignal(root.pid, 'SIGKILL');
  const look = async () => {
    const gone = (await processEntry(root.pid)) === undefined;
    return gone ? ({ done: true, value: gone } as const) : ({ done: false, seen: 'there' } as const);
  };
  assert.ok((await waitFor(look, { clock, limitMs: 5_000 })).done);
  assert.deepEqual((await tree.members()).map(({ pid }) => pid).sort(), workers.map(({ pid }) => pid).sort());
  await tree.kill(clock);
  assert.deepEqual(await tree.members(), []);
});

test('process tree - is frozen as a whole, and thawed', async (context) => {
  const tree = await startMaster(context);
  await tree.freeze(clock);
  assert.ok((await tree.members()).every(isStopped));
  await tree.thaw();
  const look = async () => {
    const stopped = (await tree.members()).filter(isStopped).length;
    return stopped === 0
      ? ({ done: true, value: 0 } as const)
      : ({ done: false, seen: `${stopped}` } as const);
  };
  assert.ok((await waitFor(look, { clock, limitMs: 5_000 })).done);
});
