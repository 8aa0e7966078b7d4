/** The package as it is published: packed, put into a project that has nothing but it and its dependencies, and used there. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
};
const project = await mkdtemp(join(tmpdir(), 'kong-drill-package-'));
const installed = join(project, 'node_modules/kong-drill');

/** What `npm install` of the tarball does, without a registry: each dependency is the one of this checkout, and no other is there. */
before(async () => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
  await mkdir(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(project, filename), '-C', installed, '--strip-components', '1']);
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const from = join(root, 'node_modules', name);
    if (!existsSync(from)) continue;
    await mkdir(dirname(join(project, 'node_modules', name)), { recursive: true });
    await symlink(from, join(project, 'node_modules', name));
  }
  await writeFile(
    join(project, 'package.json'),
    '{ "type": "module", "devDependencies": { "kong-drill": "*" } }',
  );
});

after(() => rm(project, { recursive: true, force: true }));

const environment = {
  ...process.env,
  NO_COLOR: '1',
  DOCKER_HOST: 'unix:///nowhere',
  KONG_DRILL_KONG: 'stand-in',
};

function inProject(...words: string[]) {
  return spawnSync(process.execPath, words, { cwd: project, env: environment, encoding: 'utf8' });
}

const kongDrill = (...words: string[]) => inProject(join(installed, 'dist/cli/main.js'), ...words);

test('package - holds what its manifest exports, the documents that README links to, and no test', () => {
  for (const target of Object.values(manifest.exports).flatMap((one) =>
    typeof one === 'string' ? one : Object.values(one),
  )) {
    assert.ok(target.includes('*') || existsSync(join(installed, target)), target);
  }
  assert.ok(existsSync(join(installed, 'docs/reports.md')));
  const files = execFileSync('find', [installed, '-name', '*.test.*', '-o', '-name', '*.map'], {
    encoding: 'utf8',
  });
  assert.equal(files, '');
});

test('package - in a folder of somebody’s own: init, validate, plan', async () => {
  const init = kongDrill('init', '--yes', '--ci', 'github');
  assert.equal(init.status, 0, init.stderr);
  const drill = await readFile(join(project, 'drills/postgres-lost.yaml'), 'utf8');
  const [, schema = ''] = /\$schema=(\S+)/.exec(drill) ?? [];
  assert.ok(existsSync(join(project, 'drills', schema)), `${schema} leads to the schema`);
  assert.equal(kongDrill('validate', 'drills').status, 0);
  assert.match(kongDrill('plan', 'drills').stdout, /Recovery path restore-db/);
});

const script = `
import { DrillError, runDrill } from 'kong-drill';
import { fileURLToPath } from 'node:url';
await runDrill('nowhere.yaml').then(
  () => process.exit(1),
  (error) => { if (!(error instanceof DrillError) || error.code !== 'usage') throw error; },
);
const end = new AbortController();
const seen = [];
const { result, folder } = await runDrill(fileURLToPath(import.meta.resolve('kong-drill/drills/quickstart.yaml')), {
  engine: 'processes',
  signal: end.signal,
  onEvent: (event) => {
    seen.push(event.kind);
    if (event.kind === 'phase-ended' && event.phase === 'provision') end.abort(new Error('seen enough'));
  },
});
console.log(JSON.stringify({ verdict: result.verdict, folder, seen }));
`;

test('package - as a library: a drill is run, seen event by event, and ended by a signal', async () => {
  await writeFile(join(project, 'drill.js'), script);
  const ended = inProject('drill.js');
  assert.equal(ended.status, 0, ended.stderr);
  const { verdict, folder, seen } = JSON.parse(ended.stdout) as Readonly<Record<string, string>> & {
    seen: string[];
  };
  assert.equal(verdict, 'inconclusive');
  for (const kind of ['run-started', 'phase-ended', 'interrupted', 'run-ended'])
    assert.ok(seen.includes(kind), kind);
  assert.ok(existsSync(join(project, folder ?? '', 'report.html')));
});
