/** The recipe of the container image: built from the package as it is packed, on a base that is here; nothing is fetched. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dockerMissing } from './testing/docker.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const image = `kong-drill-recipe-test:${process.pid}`;
/** Debian and Node; whoever has pulled the official one names it. */
const base = process.env.KONG_DRILL_IMAGE_LAB ?? 'node:22-bookworm';
const missing = await dockerMissing();
const options = { skip: missing ?? false, timeout: 300_000 };
let folder = '';

before(async () => {
  if (missing !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-image-'));
  await chmod(folder, 0o755);
  const modules = join(folder, 'app/node_modules');
  const installed = join(modules, 'kong-drill');
  await mkdir(installed, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components', '1']);
  await copyDependencies(modules);
  const recipe = [
    'build',
    '--file',
    join(installed, 'Dockerfile'),
    '--build-arg',
    `BASE=${base}`,
    '--tag',
    image,
  ];
  execFileSync('docker', [...recipe, join(folder, 'app')], {
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
    stdio: 'pipe',
  });
});

after(async () => {
  if (missing !== undefined) return;
  execFileSync('docker', ['image', 'rm', '--force', image], { stdio: 'ignore' });
  await rm(folder, { recursive: true, force: true });
});

/** As `npm install` of the package would lay them, from this checkout. */
async function copyDependencies(to: string): Promise<void> {
  const list = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: root,
    encoding: 'utf8',
  });
  const from = join(root, 'node_modules');
  for (const path of list.split('\n').filter((each) => each.startsWith(from)))
    await cp(path, join(to, relative(from, path)), { recursive: true });
}

function inImage(words: readonly string[], more: readonly string[] = []): string {
  const project = ['--volume', `${folder}:/project`];
  return execFileSync('docker', ['run', '--rm', ...project, ...more, image, ...words], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

test('image - knows its version, and plans a drill of a mounted project', options, () => {
  assert.match(inImage(['--version']), /^\d+\.\d+\.\d+/);
  inImage(['init', '--yes']);
  assert.match(inImage(['plan', 'drills']), /Expected to take at least/);
});

test('image - runs a drill in containers through the mounted socket', options, () => {
  const socket = ['--volume', '/var/run/docker.sock:/var/run/docker.sock'];
  const images = Object.keys(process.env).filter((name) => name.startsWith('KONG_DRILL_IMAGE_'));
  const said = inImage(
    [
      'run',
      '/opt/kong-drill/node_modules/kong-drill/drills/quickstart.yaml',
      '--engine',
      'containers',
      '--out',
      '/project/reports',
    ],
    ['--network', 'host', '--pid', 'host', ...socket, ...images.flatMap((name) => ['--env', name])],
  );
  assert.match(said, /MET/);
});
