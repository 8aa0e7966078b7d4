import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputLimitBytes, runCommand } from './command.js';
import { isIn, processEntry, processTable } from './process-table.js';

const node = (program: string) => [process.execPath, '-e', program];
/** A program that starts another one, which ignores TERM, and says its pid. */
const parent = node(`
  const child = require('child_process').spawn(process.execPath,
    ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1000); console.log(process.pid)'], {stdio: 'inherit'});
  setInterval(() => 0, 1000);`);

test('command - an exit status is data', async () => {
  const result = await runCommand(node('console.log("out"); console.error("err"); process.exit(3)'));
  assert.deepEqual(
    { ...result, command: [], durationMs: 0 },
    {
      command: [],
      exitCode: 3,
      ok: false,
      stdout: 'out\n',
      stderr: 'err\n',
      durationMs: 0,
      failure: 'exit code 3',
    },
  );
});

test('command - a program that is not there is a failure, not an exception', async () => {
  const result = await runCommand(['/nonexistent/program']);
  assert.equal(result.ok, false);
  assert.equal(result.exitCode, undefined);
  assert.match(result.failure, /ENOENT/);
});

test('command - at the limit it goes with all that it has started', async () => {
  // Longer where the machine is too busy for the child to say its pid so soon.
  for (const seconds of [0.7, 7, 70]) {
    const result = await runCommand(parent, { limitMs: seconds * 1_000 });
    assert.equal(result.ok, false);
    assert.equal(result.failure, `did not end within ${seconds} s`);
    const child = Number(result.stdout);
    if (child === 0) continue;
    await untilGone(() => processEntry(child));
    return;
  }
  assert.fail('the child has not said its pid');
});

test('command - an abort ends it with all that it has started, and throws the reason', async () => {
  const controller = new AbortController();
  let pid = 0;
  setTimeout(() => controller.abort(new Error('enough')), 500);
  const { signal } = controller;
  await assert.rejects(runCommand(parent, { signal, onStart: (started) => (pid = started) }), /enough/);
  await untilGone(async () => (await processTable()).find((entry) => entry.group === pid));
});

/** The system takes its time to end what was killed, on a busy machine seconds. */
async function untilGone(look: () => Promise<unknown>): Promise<void> {
  for (let looks = 0; looks < 200; looks += 1) {
    if ((await look()) === undefined) return;
    await sleep(50);
  }
  assert.fail('what was killed is still there');
}

test('process table - has this process, by its pid and start', async () => {
  const own = await processEntry(process.pid);
  assert.ok(own);
  assert.equal(own.parent, process.ppid);
  assert.ok(isIn(await processTable(), own));
  assert.ok(!isIn(await processTable(), { ...own, startedAt: 'another time' }));
});

test('command - a gigabyte without a line break is not held in memory, and the torn end of it is left out', async () => {
  const before = process.memoryUsage.rss();
  const { ok, stdout } = await runCommand([
    'sh',
    '-c',
    'head -c 1000000000 /dev/zero; printf "\\377 the end"',
  ]);
  assert.ok(ok);
  assert.ok(stdout.endsWith('\ufffd the end'));
  assert.ok(stdout.length < outputLimitBytes);
  const grownMiB = (process.memoryUsage.rss() - before) / 2 ** 20;
  assert.ok(grownMiB < 200, `${grownMiB} MiB more in memory`);
});

test('command - what was cut begins after any secret that the cut went through', async () => {
  const secret = 'a-secret-that-the-cut-goes-through';
  const script = `process.stdout.write('x'.repeat(500000) + '${secret}' + 'y'.repeat(${outputLimitBytes} - 10))`;
  const { stdout } = await runCommand([process.execPath, '-e', script]);
  assert.match(stdout, /^y+$/);
});
