/** Tools and the user's own commands, run against the lab. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectionArguments } from '../connection-arguments.js';
import { call, succeeded } from './checks.js';
import { limitMs, signal } from './opened.js';
import type { Requirements } from './opened.js';

export const tools: Requirements = {
  'runs tools that read and write files of the runner': async ({ lab, folder, readiness }, context) => {
    if (!readiness.tools.has('pg_dump') || !readiness.tools.has('psql')) {
      context.skip('no pg_dump, no psql');
      return;
    }
    const dump = join(folder, 'a.dump');
    succeeded(
      await lab.tool({
        ...call('pg_dump'),
        writes: [dump],
        args: (seen) => [
          '--format=custom',
          `--file=${seen.path(dump)}`,
          ...connectionArguments(seen.postgres),
        ],
      }),
    );
    assert.equal((await readFile(dump)).subarray(0, 5).toString(), 'PGDMP');
    const script = join(folder, 'a.sql');
    await writeFile(script, "SELECT 'from a file of the runner';\n");
    const read = await lab.tool({
      ...call('psql'),
      reads: [script],
      args: (seen) => [
        '--no-psqlrc',
        '--tuples-only',
        `--file=${seen.path(script)}`,
        ...connectionArguments(seen.postgres),
      ],
    });
    succeeded(read);
    assert.equal(read.stdout.trim(), 'from a file of the runner');
  },

  'takes a failing tool as data, and ends one at its limit or on request': async ({ lab }) => {
    const failed = await lab.tool({ ...call('kong'), args: () => ['no-such-command'] });
    assert.equal(failed.ok, false);
    assert.ok((failed.exitCode ?? 0) > 0);
    const sleep = { command: [process.execPath, '-e', 'setTimeout(() => 0, 60_000)'], cwd: tmpdir() };
    const late = await lab.command({ ...sleep, limitMs: 300, signal: signal() });
    assert.deepEqual([late.ok, late.exitCode], [false, undefined]);
    const controller = new AbortController();
    const running = lab.command({ ...sleep, limitMs, signal: controller.signal });
    controller.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
  },

  "runs the user's commands, which see the Admin API and the proxy": async ({ lab, folder }) => {
    const program = `
      const { KONG_ADMIN_URL, KONG_PROXY_URL, DECK_KONG_ADDR } = process.env;
      const [admin, proxy] = await Promise.all([fetch(KONG_ADMIN_URL + '/status'), fetch(KONG_PROXY_URL + '/nowhere')]);
      console.log(process.cwd(), admin.status, proxy.status, DECK_KONG_ADDR === KONG_ADMIN_URL);`;
    const result = await lab.command({
      command: [process.execPath, '--input-type=module', '-e', program],
      cwd: folder,
      limitMs,
      signal: signal(),
    });
    succeeded(result);
    assert.match(result.stdout, /^\S*engine-contract-\S* 200 404 true$/m);
  },
};
