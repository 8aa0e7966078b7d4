import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { runCommand } from '../../system/command.js';
import { serverIdentity } from './identity.js';
import { runnableBinFolder } from './npm-postgres.js';
import { findPostgres } from './postgres-installation.js';
import type { PostgresInstallation } from './postgres-installation.js';

/** A package as `npm ci --ignore-scripts` leaves it: without links; in a folder of this mode. */
async function unpacked(context: TestContext, mode: number) {
  const [found] = await findPostgres({ KONG_DRILL_POSTGRES: 'npm' });
  if (!found) {
    context.skip('npm has no Postgres for this machine');
    return undefined;
  }
  const root = await mkdtemp(join(tmpdir(), 'npm-postgres-'));
  context.after(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'package'), { mode });
  const native = join(root, 'package', 'native');
  await cp(dirname(found.binFolder), native, {
    recursive: true,
    filter: async (source) => !(await lstatIsLink(source)) && !source.endsWith('.a'),
  });
  const installation: PostgresInstallation = { ...found, binFolder: join(native, 'bin') };
  return { installation, native, run: join(root, 'run') };
}

async function lstatIsLink(path: string): Promise<boolean> {
  const entries = await readdir(dirname(path), { withFileTypes: true });
  return entries.some((entry) => entry.isSymbolicLink() && join(dirname(path), entry.name) === path);
}

async function runs(binFolder: string): Promise<boolean> {
  const identity = await serverIdentity();
  const { ok } = await runCommand([join(binFolder, 'initdb'), '--version'], { cwd: '/', ...identity });
  return ok;
}

test('Postgres from npm - its libraries are linked in place where that can be', async (context) => {
  const it = await unpacked(context, 0o755);
  if (!it) return;
  const open = await stat(dirname(dirname(it.native)));
  assert.equal(open.mode & 0o777, 0o700, 'mkdtemp keeps others out');
  await runCommand(['chmod', '755', dirname(dirname(it.native))]);
  const binFolder = await runnableBinFolder(it.installation, await serverIdentity(), it.run);
  assert.equal(binFolder, it.installation.binFolder);
  assert.ok(await runs(binFolder));
});

test('Postgres from npm - is copied where the user of the server cannot see node_modules', async (context) => {
  const identity = await serverIdentity();
  if (!identity) {
    context.skip('not root');
    return;
  }
  const it = await unpacked(context, 0o700);
  if (!it) return;
  await runCommand(['chmod', '711', dirname(dirname(it.native))]);
  assert.equal(await runs(it.installation.binFolder), false);
  const binFolder = await runnableBinFolder(it.installation, identity, it.run);
  assert.ok(binFolder.startsWith(it.run));
  assert.ok(await runs(binFolder));
  assert.ok((await readdir(join(dirname(binFolder), 'lib'))).includes('libpq.so.5'));
});
