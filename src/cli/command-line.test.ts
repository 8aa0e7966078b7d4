import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { commandNames } from './commands.js';
import { asProgram } from './testing/as-program.js';
import type { Ended } from './testing/in-process.js';

const drill = (name: string, tag: string): string => `name: ${name}
title: "A title \\e[2J"
tags: [${tag}]
state: { pipeline: runs }
artifacts: { db: { kind: database, every: 24h }, repos: { kind: pipeline, path: runs } }
failure: [{ kind: lose, target: postgres }]
recovery:
  restore: [{ stage: database-restore, from: db }]
  replay: [{ stage: ci-replay, from: repos }]
`;

const run = 'run: one\nat: 2026-01-01T00:00:00Z\nsteps: [{ request: { method: PUT, path: /services/a } }]\n';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-cli-'));
  await mkdir(join(folder, 'drills', 'runs'), { recursive: true });
  for (const name of ['broken', 'empty']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'drills', 'runs', '1.yaml'), run);
  await writeFile(join(folder, 'drills', 'one.yaml'), drill('one', 'nightly'));
  await writeFile(join(folder, 'drills', 'two.yml'), drill('two', 'weekly'));
  await writeFile(join(folder, 'broken', 'bad.yaml'), drill('bad', 'nightly').replace('lose', 'los'));
});

after(() => rm(folder, { recursive: true, force: true }));

function kongDrill(...args: string[]): Ended {
  const ended = asProgram(args, folder, { DOCKER_HOST: 'unix:///nowhere' });
  assert.doesNotMatch(ended.err, /^\s+at .*:\d+:\d+\)?$/m, 'no stack trace');
  return ended;
}

test('command line - help names every command, on standard output', () => {
  const { code, out } = kongDrill('--help');
  assert.equal(code, 0);
  for (const name of commandNames) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  assert.deepEqual(kongDrill('help').out, out);
});

test('command line - help has the commands in groups, those to start with first', () => {
  const titles = kongDrill('--help').out.match(/^[A-Z][a-z ]+(?=:$)/gm);
  assert.deepEqual(titles, ['To start', 'Evidence', 'Compare', 'More', 'Options']);
  assert.deepEqual(commandNames.slice(0, 6), ['init', 'doctor', 'list', 'validate', 'plan', 'run']);
});

test('command line - version', () => {
  assert.match(kongDrill('--version').out, /^\d+\.\d+\.\d+\n$/);
});

test('command line - every command explains itself', () => {
  for (const name of commandNames) {
    const { code, out } = kongDrill(name, '--help');
    assert.equal(code, 0, name);
    assert.match(out, new RegExp(`^Usage: kong-drill ${name}`));
    if (name === 'run' || name === 'clean') assert.equal(kongDrill(name, '-h').out, out);
  }
});

test('command line - usage errors, exit 4, with a guess and the next thing to do', () => {
  const wrong: [string[], RegExp][] = [
    [[], /^Usage: kong-drill <command>/m],
    [['vaildate', 'x'], /there is no command "vaildate"; did you mean validate\?\n +→ kong-drill --help/],
    [['constructor'], /there is no command "constructor"/],
    [['--json'], /expected a command, got "--json"\n.*options come after the command/],
    [['--versio'], /got "--versio"; did you mean --version\?/],
    [['run', '--hlep'], /there is no option --hlep; did you mean --help\?/],
    [['sabotage'], /expected <files\|folders>…, got nothing\n +→ kong-drill sabotage --help/],
    [['validate', 'drills', '--jsn'], /there is no option --jsn; did you mean --json\?\n +→ /],
    [['run', 'drills', '--engine', 'container'], /got "container"; did you mean containers\?/],
    [['run', 'drills', '--out'], /expected a value for --out, got nothing/],
    [['run', 'drills', '--out', 'a', '--out', 'b'], /--out is given 2 times/],
    [['run', 'drills', '--only', 'restor'], /no drill has a recovery path "restor"; did you mean restore\?/],
    [['plan', 'drills', '--tag', 'nigthly'], /has the tag nigthly; did you mean nightly\?/],
    [['clean', 'everything'], /expected options only, got "everything"/],
    [['sabotage', 'drills', '--attack', 'route'], /--attack: expected one of route-left-out, .*got "route"/],
    [['sabotage', 'drills', '--jobs', '0'], /--jobs: expected a number from 1 to 99, got "0"/],
    [['validate', 'nowhere.yaml'], /nowhere\.yaml: there is no such file\n +→ kong-drill init\n$/],
    [['run', 'drills/nowhere.yaml'], /nowhere\.yaml: there is no such file\n +→ kong-drill list drills\n$/],
    [['run', 'drill'], /drill: there is no such file or folder; did you mean drills\?\n$/],
    [['validate', 'x'.repeat(5_000)], /cannot be read: ENAMETOOLONG/],
    [
      ['validate', 'empty'],
      /^empty: expected .* found no \.yaml file in it\n.*let kong-drill init write a drill\n$/,
    ],
    [['run', 'broken'], /broken\/bad\.yaml:6:19: .*did you mean lose\?/],
  ];
  for (const [args, expected] of wrong) {
    const { code, out, err } = kongDrill(...args);
    assert.equal(code, 4, args.join(' '));
    assert.match(err, expected);
    assert.equal(out, '');
  }
});

test('validate - valid, not valid, and both as JSON', () => {
  assert.match(kongDrill('validate', 'drills').out, /^Valid: 2 drills\. Next: kong-drill plan/);
  assert.deepEqual(kongDrill('validate', 'drills', '--quiet'), { code: 0, out: '', err: '' });
  const { code, out } = kongDrill('validate', 'drills', 'broken', '--json');
  const result = JSON.parse(out) as {
    valid: boolean;
    files: unknown[];
    problems: { file: string; line: number }[];
  };
  assert.equal(code, 4);
  assert.equal(result.valid, false);
  assert.equal(result.files.length, 3);
  assert.deepEqual(
    result.problems.map(({ file, line }) => [file, line]),
    [[join('broken', 'bad.yaml'), 6]],
  );
});

test('validate - says where routes of the state will be probed', async (context) => {
  const path = join(folder, 'own');
  await mkdir(path);
  context.after(() => rm(path, { recursive: true }));
  await writeFile(join(path, 'kong.dump'), 'PGDMP');
  const own = `name: own
state: { databaseDump: kong.dump }
artifacts: { own: { kind: database, path: kong.dump } }
failure: [{ kind: drop-database }]
recovery:
  kept: [{ stage: database-restore, from: own, kong: keep }]
  anew: [{ stage: database-restore, from: own }]
`;
  await writeFile(join(path, 'own.yaml'), own);
  const { code, out } = kongDrill('validate', 'own');
  assert.equal(code, 0, out);
  assert.deepEqual(
    out
      .split('\n')
      .filter((line) => line.includes('probed'))
      .map((line) => line.split(':')[0]),
    ['own, path kept'],
  );
});

test('validate, plan - where nothing is named, the folder drills is meant, as usage says', () => {
  assert.match(kongDrill('validate').out, /^Valid: 2 drills\./);
  assert.equal(kongDrill('plan').out, kongDrill('plan', 'drills').out);
  for (const name of ['run', 'plan', 'validate', 'list'])
    assert.match(kongDrill(name, '--help').out, /^Where no other is named: drills$/m);
});

test('validate - a decK file in a folder of drills is skipped by name', async () => {
  await mkdir(join(folder, 'mixed', 'runs'), { recursive: true });
  await writeFile(join(folder, 'mixed', 'one.yaml'), drill('one', 'x'));
  await writeFile(join(folder, 'mixed', 'runs', '1.yaml'), run);
  await writeFile(join(folder, 'mixed', 'kong.yaml'), '_format_version: "3.0"\n');
  const { code, out, err } = kongDrill('validate', 'mixed');
  assert.equal(code, 0, err);
  assert.match(out, /^Valid: 1 drill\./);
  assert.equal(err, 'mixed/kong.yaml is a decK file and no drill: skipped\n');
  assert.equal(kongDrill('validate', 'mixed/kong.yaml').code, 4);
});

test('validate - two drills of one name', async () => {
  await mkdir(join(folder, 'same', 'runs'), { recursive: true });
  for (const file of ['a.yaml', 'b.yaml']) await writeFile(join(folder, 'same', file), drill('same', 'x'));
  assert.match(
    kongDrill('validate', 'same').err,
    /b\.yaml:1:1: name: the name "same" is also that of same\/a\.yaml/,
  );
});

test('list - titles, tags and paths, without the control characters of the file', () => {
  const { code, out } = kongDrill('list');
  assert.equal(code, 0);
  assert.match(
    out,
    /one {2}\[nightly\] {2}drills\/one\.yaml\n {2}A title �\[2J\n {2}recovery paths: restore, replay/,
  );
  const tagged = JSON.parse(kongDrill('list', 'drills', '--tag', 'weekly', '--json').out) as {
    name: string;
  }[];
  assert.deepEqual(
    tagged.map(({ name }) => name),
    ['two'],
  );
  const some = kongDrill('list', 'drills', 'broken');
  assert.match(some.err, /1 of 3 files not valid\. See: kong-drill validate broken/);
  assert.equal(some.code, 4, 'the list is there, and not whole');
});

test('list - the matrix names each path under its disaster, and that it has not run', () => {
  const { code, out } = kongDrill('list', '--matrix');
  assert.equal(code, 0);
  assert.match(
    out,
    /database-restore {2}ci-replay {2}last run\n\nlose postgres\n {2}one +– restore +– replay\n/,
  );
  const rows = JSON.parse(kongDrill('list', '--matrix', '--json', '--tag', 'weekly').out) as {
    drill: string;
  }[];
  assert.deepEqual(
    rows.map(({ drill: name }) => name),
    ['two'],
  );
  assert.equal(kongDrill('list', '--out', 'elsewhere').code, 4);
});

test('plan - steps of every path, or of one; as JSON too', () => {
  const whole = kongDrill('plan', 'drills/one.yaml');
  assert.equal(whole.code, 0);
  assert.match(whole.out, /Recovery path restore, at least/);
  assert.match(whole.out, /\$ pg_restore --host=<host>/);
  assert.match(whole.out, /\$ PUT <admin-url>\/services\/a/);
  assert.match(whole.out, /Expected to take at least 5\d\.\d\d s, one case after another/);
  const one = kongDrill('plan', 'drills/one.yaml', '--only', 'replay').out;
  assert.doesNotMatch(one, /Recovery path restore/);
  const [plan] = JSON.parse(kongDrill('plan', 'drills/one.yaml', '--json').out) as {
    artifacts: Record<string, unknown>;
    cases: { id: string }[];
  }[];
  assert.deepEqual(Object.keys(plan?.artifacts ?? {}), ['db', 'repos']);
  assert.deepEqual(
    plan?.cases.map(({ id }) => id),
    ['restore#1', 'replay#1'],
  );
});

test('run - with --no-commands, a drill with a command of its own is refused before anything starts', async () => {
  const scripted = drill('scripted', 'x').replace(
    'recovery:\n',
    'recovery:\n  script: [{ stage: infrastructure, command: [touch, hit] }, { stage: ci-replay, from: repos }]\n',
  );
  await mkdir(join(folder, 'trust', 'runs'), { recursive: true });
  await writeFile(join(folder, 'trust', 'runs', '1.yaml'), run);
  await writeFile(join(folder, 'trust', 'one.yaml'), scripted);
  for (const name of ['run', 'sabotage']) {
    const { code, err } = kongDrill(name, 'trust', '--no-commands', '--engine', 'containers');
    assert.equal(code, 4, err);
    assert.match(
      err,
      /trust\/one\.yaml: --no-commands: .*got \["touch","hit"\] \(recovery\.script, stage inf/,
    );
  }
  const trusted = kongDrill('run', 'drills/one.yaml', '--no-commands', '--engine', 'containers');
  assert.equal(trusted.code, 3, 'it goes on to the engine, which is not there');
});

test('run - a drill that cannot be started leaves a JUnit file, and latest leads to it', async () => {
  const { code, err } = kongDrill('run', 'drills/one.yaml', '--engine', 'containers');
  assert.equal(code, 3, err);
  const junit = await readFile(join(folder, 'reports', 'one', 'latest', 'TEST-one.xml'), 'utf8');
  assert.match(junit, /<error message="[^"]*Docker[^"]*" type="runner-failed"/);
});

test('run - a folder of earlier reports that is not there yet is a note: the first night has none', () => {
  const { code, err } = kongDrill('run', 'drills/one.yaml', '--engine', 'containers', '--history', 'nightly');
  assert.equal(code, 3, err);
  assert.match(err, /^no earlier runs yet: there is no nightly\n/);
});
