/** A copy of the compiled project in which one fragment at a time is broken, to see which tests notice. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../../system/command.js';
import type { BrokenRule } from './rules.js';

export interface BrokenCopy extends AsyncDisposable {
  /** Runs a test file. @returns the titles of the tests that failed. */
  failing(test: string): Promise<readonly string[]>;
  /** The same while that is broken which the rule names. @throws Error where it is not there once. */
  failingWithout(rule: BrokenRule): Promise<readonly string[]>;
}

const limitMs = 180_000;
const root = fileURLToPath(new URL('../../../', import.meta.url));

export async function brokenCopy(): Promise<BrokenCopy> {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-rules-'));
  const dist = join(folder, 'dist');
  await mkdir(dist);
  await cp(join(root, 'dist'), dist, { recursive: true });
  for (const name of await readdir(root))
    if (name !== 'dist' && name !== '.git') await symlink(join(root, name), join(folder, name));
  return {
    failing: (test) => failing(folder, join(dist, `${test}.js`)),
    failingWithout: (rule) =>
      whileBroken(join(dist, `${rule.code}.js`), rule, () =>
        failing(folder, join(dist, `${rule.test}.js`), rule.title),
      ),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function whileBroken<T>(path: string, { from, to }: BrokenRule, act: () => Promise<T>): Promise<T> {
  const whole = await readFile(path, 'utf8');
  if (whole.split(from).length !== 2) throw new Error(`${path} does not hold this once: ${from}`);
  await writeFile(
    path,
    whole.replace(from, () => to),
  );
  try {
    return await act();
  } finally {
    await writeFile(path, whole);
  }
}

/** One that does not end is a failure of its file. */
async function failing(folder: string, path: string, title?: string): Promise<readonly string[]> {
  const pattern = title === undefined ? [] : [`--test-name-pattern=^${title.replace(/[^\w ]/g, '.')}`];
  const options = ['--test-reporter=tap', `--test-timeout=${limitMs / 2}`, ...pattern];
  const command = [process.execPath, '--test', ...options, path];
  // A test runner within another is not told that it is.
  const env = { NODE_TEST_CONTEXT: undefined };
  const { exitCode, stdout } = await runCommand(command, { cwd: folder, env, limitMs });
  const failed = [...stdout.matchAll(/^ *not ok \d+ - (.*)$/gm)].map(([, name = '']) => name);
  return failed.length === 0 && exitCode !== 0 ? [path] : failed;
}
