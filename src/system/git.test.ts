import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, cp, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { repositoryWith } from '../testing/repository.js';
import { runCommand } from './command.js';
import { cloneRevision, gitRevision, isTracked, mainBranch } from './git.js';

const limits = { limitMs: 10_000, signal: new AbortController().signal };

test('git - the revision of a folder is its commit, and says where a file that git keeps was changed', async (context) => {
  const { repository } = await place(context);
  const { stdout } = await runCommand(['git', '-C', repository, 'rev-parse', 'HEAD']);
  assert.equal(await gitRevision(repository), stdout.trim());
  await writeFile(join(repository, 'beside.txt'), 'not kept');
  assert.equal(await gitRevision(join(repository, 'runs')), stdout.trim());
  await appendFile(join(repository, 'runs', '1.yaml'), 'changed');
  assert.equal(await gitRevision(repository), `${stdout.trim()}-dirty`);
});

test('git - outside of a repository, and before its first commit, there is no revision', async (context) => {
  const { parent } = await place(context);
  assert.equal(await gitRevision(parent), undefined);
  const empty = join(parent, 'empty');
  await runCommand(['git', 'init', '--quiet', empty]);
  assert.equal(await gitRevision(empty), undefined);
});

test('git - the file system monitor of a repository is not run, whatever is asked', async (context) => {
  const { repository, parent } = await place(context);
  const { program, ran } = await tell(parent);
  await configure(repository, 'core.fsmonitor', program);
  await askAll(repository);
  assert.ok(!ran());
});

test('git - a bare repository among the files of another is none, and nothing that it names is run', async (context) => {
  const { repository, parent } = await place(context);
  const { program, ran } = await tell(parent);
  // As it comes with an ordinary clone: a folder with HEAD, objects, refs and a configuration of the stranger's.
  const inner = await repositoryWith(parent, 'drill.yaml', ['name: inner']);
  const committed = join(repository, 'drills');
  await rename(join(inner, '.git'), committed);
  await cp(join(inner, 'drill.yaml'), join(committed, 'drill.yaml'));
  const config = `[core]\n\trepositoryformatversion = 0\n\tworktree = .\n\tfsmonitor = ${program}\n`;
  await writeFile(join(committed, 'config'), config);
  await askAll(committed);
  assert.ok(!ran());
  assert.ok(await isTracked(join(committed, 'drill.yaml'), limits), 'it lies in a tree all the same');
});

test('git - a filter that a repository itself names is not run; that nobody looked is told', async (context) => {
  const { repository, parent } = await place(context);
  const clean = await gitRevision(repository);
  const { program, ran } = await tell(parent);
  await writeFile(join(repository, '.gitattributes'), '* filter=x\n');
  await configure(repository, 'filter.x.clean', program);
  // Git reads a file again whose time is another.
  await utimes(join(repository, 'runs', '1.yaml'), 1, 1);
  assert.equal(await gitRevision(repository), `${clean}-unchecked`);
  await askAll(repository);
  assert.ok(!ran());
});

test('git - a filter of the user is run: it is what the user reads files by', async (context) => {
  const { repository, parent } = await place(context);
  const { program, ran } = await tell(parent);
  await writeFile(join(repository, '.gitattributes'), '* filter=x\n');
  const global = join(parent, 'gitconfig');
  await writeFile(global, `[filter "x"]\n\tclean = ${program}\n`);
  await utimes(join(repository, 'runs', '1.yaml'), 1, 1);
  const before = process.env.GIT_CONFIG_GLOBAL;
  process.env.GIT_CONFIG_GLOBAL = global;
  context.after(() => {
    if (before === undefined) delete process.env.GIT_CONFIG_GLOBAL;
    else process.env.GIT_CONFIG_GLOBAL = before;
  });
  assert.doesNotMatch((await gitRevision(repository)) ?? '', /-unchecked$/);
  assert.ok(ran());
});

test('git - what a repository lacks is not fetched by a program that it names', async (context) => {
  const { repository, parent } = await place(context);
  const { program, ran } = await tell(parent);
  await configure(repository, 'remote.origin.url', parent);
  await configure(repository, 'remote.origin.promisor', 'true');
  await configure(repository, 'remote.origin.uploadpack', program);
  await configure(repository, 'extensions.partialClone', 'origin');
  await configure(repository, 'core.repositoryFormatVersion', '1');
  await rm(join(repository, '.git', 'objects'), { recursive: true });
  await mkdir(join(repository, '.git', 'objects'));
  await askAll(repository);
  assert.ok(!ran());
});

test('git - a hook of the user is not run in a clone, and the guards are not in the commands that are told', async (context) => {
  const { repository, parent } = await place(context);
  const { program, ran } = await tell(parent);
  const template = join(parent, 'template');
  await mkdir(join(template, 'hooks'), { recursive: true });
  await cp(program, join(template, 'hooks', 'post-checkout'));
  process.env.GIT_TEMPLATE_DIR = template;
  context.after(() => {
    delete process.env.GIT_TEMPLATE_DIR;
  });
  const folder = join(parent, 'clone');
  const { commands, commit } = await cloneRevision({
    source: repository,
    revision: 'first',
    folder,
    ...limits,
  });
  assert.equal(commit?.subject, 'state 1');
  assert.deepEqual(commands, [
    ['git', 'clone', '--quiet', '--', repository, folder],
    ['git', '-C', folder, 'checkout', '--quiet', '--detach', 'first'],
  ]);
  assert.ok(!ran());
});

test('git - a bare repository that is named is cloned', async (context) => {
  const { repository, parent } = await place(context);
  const bare = join(parent, 'bare.git');
  await runCommand(['git', 'clone', '--quiet', '--bare', repository, bare]);
  const { commit } = await cloneRevision({ source: bare, folder: join(parent, 'clone'), ...limits });
  assert.equal(commit?.subject, 'state 2');
});

async function place(context: TestContext): Promise<{ parent: string; repository: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'kd-test-git-'));
  context.after(() => rm(parent, { recursive: true, force: true }));
  return { parent, repository: await repositoryWith(parent, 'runs/1.yaml', ['one', 'two']) };
}

/** A program that leaves a file where it was run. */
async function tell(parent: string): Promise<{ program: string; ran: () => boolean }> {
  const program = join(parent, 'program');
  const mark = join(parent, 'it-ran');
  await writeFile(program, `#!/bin/sh\ntouch ${mark}\ncat\n`);
  await chmod(program, 0o755);
  return { program, ran: () => existsSync(mark) };
}

async function configure(repository: string, key: string, value: string): Promise<void> {
  const { ok, stderr } = await runCommand(['git', '-C', repository, 'config', key, value]);
  assert.ok(ok, stderr);
}

async function askAll(folder: string): Promise<void> {
  await gitRevision(folder);
  await mainBranch(folder);
  await isTracked(join(folder, 'runs', '1.yaml'), limits);
  await isTracked(folder, limits);
}
