/** Lines of the documents that take an engine, or several machines, typed as they stand: closed networks, and shards of a run. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { whyNot } from '../testing/engines.js';
import { drillsFolder } from '../testing/running-drill.js';
import { linesOf, ofOurs } from './testing/document-lines.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));
const run = promisify(execFile);
const top = await mkdtemp(join(tmpdir(), 'kong-drill-documents-'));
after(() => rm(top, { recursive: true, force: true }));

async function projectOf(name: string, drills: readonly string[]): Promise<string> {
  const folder = join(top, name);
  for (const each of [...drills.map((drill) => `${drill}.yaml`), 'fixtures']) {
    const to = join(folder, 'drills', each);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(drillsFolder, each), to, { recursive: true });
  }
  return folder;
}

/** @returns what is behind the name of the program. @throws where it does not end with 0. */
async function typed(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await run(process.execPath, [program, ...words], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
    maxBuffer: 2 ** 26,
  });
  return stdout;
}

const noContainers = await whyNot('containers');

describe(
  'closed networks - as written, with images of a mirror',
  { skip: noContainers ?? false },
  async () => {
    const {
      KONG_DRILL_IMAGE_KONG: kong = '',
      KONG_DRILL_IMAGE_POSTGRES: postgres = '',
      KONG_DRILL_IMAGE_LAB: lab = '',
    } = process.env;
    const mirrored = [
      [kong, 'mirror.example/docker/kong:3.9'],
      [postgres, 'mirror.example/docker/postgres:15'],
      [lab, 'mirror.example/docker/node:20-slim'],
      [kong, 'mirror.example/kong:3.9'],
      [postgres, 'mirror.example/postgres:15'],
    ] as const;
    before(() => {
      for (const [image, name] of mirrored) execFileSync('docker', ['tag', image, name]);
    });
    after(() => {
      execFileSync('docker', ['rmi', ...mirrored.map(([, name]) => name)], { stdio: 'ignore' });
    });
    const folder = await projectOf('closed', ['quickstart']);
    for (const { words } of await linesOf('docs/closed-networks.md')) {
      test(words.join(' '), async () => {
        const isNamed = (option: string): boolean => words.includes(option);
        const unset = {
          ...((isNamed('--registry') || isNamed('--image')) && {
            KONG_DRILL_IMAGE_KONG: undefined,
            KONG_DRILL_IMAGE_POSTGRES: undefined,
          }),
          ...(isNamed('--registry') && { KONG_DRILL_IMAGE_LAB: undefined }),
        };
        const said = await typed([...(ofOurs(words) ?? []), '--engine', 'containers'], folder, unset);
        assert.match(said, /MET/);
      });
    }
  },
);

test('shards - as written, each on a machine of its own, and merged', async () => {
  const drills = ['quickstart', 'postgres-lost', 'kong-lost', 'kong-killed'];
  const lines = (await linesOf('docs/reports.md')).map(({ words }) => ofOurs(words) ?? []);
  const [shard = [], merge = []] = lines;
  assert.ok(shard.includes('2/5') && merge.includes('shard-*/reports'));
  for (const each of ['1', '2', '3', '4', '5']) {
    const machine = await projectOf(`shard-${each}`, drills);
    const words = shard.map((word) => word.replace('2/5', `${each}/5`));
    await typed([...words, '--engine', 'processes'], machine);
  }
  const shards = (await readdir(top)).filter((name) => name.startsWith('shard-')).sort();
  const words = merge.flatMap((word) =>
    word === 'shard-*/reports' ? shards.map((name) => `${name}/reports`) : word,
  );
  assert.match(await typed(words, top), /5 of 5|MET/);
  assert.match(await typed(['verify', 'reports'], top), /holds/);
});
