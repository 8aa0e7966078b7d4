import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ciNames } from '../../init/ci/jobs.js';
import { readArguments } from '../arguments.js';
import { commands, isCommand } from '../commands.js';
import { shardOf } from '../shard-option.js';
import { QuestionLeft } from '../question.js';
import { inProcess } from '../testing/in-process.js';
import { timeOf } from '../time-option.js';

const top = await mkdtemp(join(tmpdir(), 'kong-drill-init-'));
after(() => rm(top, { recursive: true, force: true }));

const environment = { PATH: process.env.PATH, DOCKER_HOST: 'unix:///nowhere' };
const folderNamed = async (name: string): Promise<string> => {
  await mkdir(join(top, name));
  return join(top, name);
};

test('init - in an empty folder: a valid drill, no CI job, and what to do next', async () => {
  const folder = await folderNamed('empty');
  const { code, out } = await inProcess(['init', folder, '--yes'], environment);
  assert.equal(code, 0);
  assert.match(out, /Docker: no Docker engine at .*\n.*no real images.*\n {4}→ start that engine/);
  assert.equal((await inProcess(['validate', join(folder, 'drills')], environment)).code, 0);
  assert.ok(existsSync(join(folder, 'drills/drill.schema.json')));
});

test('init - what is to be typed next begins as it was called', async () => {
  const folder = await folderNamed('through-npx');
  const { out } = await inProcess(['init', folder, '--yes'], { ...environment, npm_command: 'exec' });
  const next = out.slice(out.indexOf('Next:')).trim().split('\n').slice(1);
  assert.ok(next.length >= 3);
  for (const line of next) assert.match(line, /^ *npx kong-drill /);
});

test('init - a drill that needs decK, where there is none: that comes before the drill', async () => {
  const folder = await folderNamed('without-deck');
  await writeFile(
    join(folder, 'kong.yaml'),
    '_format_version: "3.0"\nservices:\n- name: a\n  host: a.example\n',
  );
  const nextOf = async (more: Readonly<Record<string, string>>): Promise<string> => {
    const { out } = await inProcess(['init', folder, '--yes'], { ...environment, ...more });
    return out.slice(out.indexOf('Next:'));
  };
  assert.match(await nextOf({ PATH: '/nowhere' }), /install decK.*\n.*kong-drill plan/);
  const tools = await folderNamed('with-deck');
  await writeFile(join(tools, 'deck'), '#!/bin/sh\necho decK v1.51.0\n', { mode: 0o755 });
  assert.doesNotMatch(await nextOf({ PATH: `${tools}:/usr/bin:/bin` }), /install decK/);
});

test('init - never writes over a file', async () => {
  const folder = await folderNamed('twice');
  await mkdir(join(folder, '.github/workflows'), { recursive: true });
  const own = ['drills/postgres-lost.yaml', '.github/workflows/kong-drill.yml'];
  await mkdir(join(folder, 'drills'));
  for (const path of own) await writeFile(join(folder, path), 'mine\n');
  const { code, out } = await inProcess(['init', folder, '--yes'], environment);
  assert.equal(code, 0);
  for (const path of own) {
    assert.match(out, new RegExp(`${path.replaceAll('.', '\\.')} {2}is there already: left as it is`));
    assert.equal(await readFile(join(folder, path), 'utf8'), 'mine\n');
  }
});

test('init - what is to be done next may be copied with what is said of it: a shell takes that for a comment', async () => {
  const folder = await folderNamed('copied');
  const { out } = await inProcess(['init', folder, '--yes'], environment);
  const commandLines = out.split('\n').filter((line) => /^ {2}kong-drill /.test(line));
  assert.ok(commandLines.length >= 3);
  for (const line of commandLines) assert.match(line, /^ {2}kong-drill [\w./ -]+? {4}# \S/);
  assert.ok(out.includes(`kong-drill init ${folder} --ci github    # `));
});

test('init - where somebody sits there, two questions', async () => {
  const folder = await folderNamed('asked');
  const { out } = await inProcess(['init', folder], environment, ['', 'jenkins']);
  assert.match(out, /Jenkinsfile\.kong-drill/);
});

test('init - a wrong answer is told and asked for again, and those before it are kept', async () => {
  const folder = await folderNamed('asked-again');
  const answers = ['postgres://db/kong', 'http://127.0.0.1:9', '', 'gh', 'jenkins'];
  const { code, out, err } = await inProcess(['init', folder], environment, answers);
  assert.equal(code, 0);
  assert.match(err, /got "postgres:\/\/db\/kong"\n {2}→ [\s\S]*expected Kong's Admin API, got /);
  assert.match(
    err,
    /expected github, gitlab, jenkins, azure, none, got "gh"\n {2}→ kong-drill init --ci github/,
  );
  assert.match(out, /Jenkinsfile\.kong-drill/);
});

test('init - whoever leaves at a question finds nothing written, and no defect', async () => {
  for (const [place, answers] of [[new QuestionLeft()], ['', new QuestionLeft()]].entries()) {
    const folder = await folderNamed(`left-${place}`);
    const { code, out, err } = await inProcess(['init', folder], environment, answers);
    assert.deepEqual([code, out, err], [130, '', 'Nothing was written.\n']);
    assert.deepEqual(await readdir(folder), []);
  }
});

test('init - a folder that cannot be written is told as it was named, without an option', async () => {
  const file = join(await folderNamed('a-file'), 'taken');
  await writeFile(file, '');
  await assert.rejects(inProcess(['init', file], environment), {
    code: 'usage',
    message: /^expected a folder that can be written, got "\S+taken": /,
    hint: 'name another folder, kong-drill init FOLDER, or make this one writable',
  });
  assert.match((await inProcess(['init', '--help'], {})).out, /\n\n\[folder\] {2}the top of your project/);
});

test('init - reads a running Kong, and changes nothing in it', async () => {
  const asked: string[] = [];
  const kong = createServer(({ method, url = '' }, answer) => {
    asked.push(`${method ?? ''} ${url}`);
    const root = {
      version: '3.9.1',
      edition: 'community',
      configuration: { database: 'postgres', db_update_frequency: 7 },
    };
    const services = {
      data: [{ id: '6a8f2a3c-5f0b-4d65-9a3e-0c7a1c3b9d10', name: 'orders', host: 'orders.internal' }],
    };
    const body = url === '/' ? root : url.startsWith('/services') ? services : { data: [] };
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => kong.listen(0, '127.0.0.1', listening));
  try {
    const url = `http://127.0.0.1:${(kong.address() as AddressInfo).port}`;
    const folder = await folderNamed('live');
    await inProcess(['init', folder, '--yes', '--admin-url', url], environment);
    const text = await readFile(join(folder, 'drills/postgres-lost.yaml'), 'utf8');
    assert.match(text, /version: 3\.9\.1/);
    assert.match(text, /settings: \{ db_update_frequency: 7 \}/);
    assert.match(text, /generate: \{ services: 1,|services: 1\n/);
    assert.deepEqual(
      asked.filter((line) => !line.startsWith('GET ')),
      [],
    );
  } finally {
    await new Promise((closed) => kong.close(closed));
  }
});

for (const ci of ciNames) {
  test(`init - every command in the job for ${ci} is one of this program, with values that it takes`, async () => {
    const folder = await folderNamed(`commands-${ci}`);
    const { out } = await inProcess(['init', folder, '--yes', '--ci', ci], environment);
    const files = [...out.matchAll(/^ {2}(\S*(?:kong-drill\.yml|Jenkinsfile\S*))/gm)].map(
      ([, file = '']) => file,
    );
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const lines = texts
      .join('\n')
      // What the CI fills in.
      .replace(/\$\{\{ strategy\.job-total \}\}|\$\(System\.TotalJobsInPhase\)|\$CI_NODE_TOTAL/g, '2')
      .replace(/\$\{\{[^}]*\}\}|\$\(System\.\w+\)|\$(?:CI_NODE_INDEX|SHARD)/g, '1')
      .match(/npx kong-drill [^'\n]+/g);
    const calls = (lines ?? []).map((line) => line.replaceAll('"', '').split(' ').slice(2));
    assert.deepEqual(
      calls.map(([name]) => name),
      ['run', 'merge'],
    );
    for (const [name = '', ...words] of calls) {
      assert.ok(isCommand(name));
      const given = await readArguments(name, (await commands[name].load()).command, words);
      assert.ok(!('usage' in given));
      if (name !== 'run') continue;
      assert.deepEqual(shardOf(given), { index: 1, of: 2 });
      assert.equal(timeOf(given, 'time-limit', ''), 3_000_000);
    }
  });
}

test('init - a wrong URL, and one of something else: what was expected, and what to do', async () => {
  const folder = await folderNamed('wrong');
  await assert.rejects(
    inProcess(['init', folder, '--yes', '--admin-url', 'http://127.0.0.1:9'], environment),
    {
      message: /expected Kong's Admin API, got /,
      hint: /reachable from here/,
    },
  );
  await assert.rejects(
    inProcess(['init', folder, '--yes', '--admin-url', 'postgres://db/kong'], environment),
    {
      code: 'usage',
      message: '--admin-url: expected http://… or https://…, got "postgres://db/kong"',
    },
  );
  await assert.rejects(inProcess(['init', folder, '--yes', '--admin-url', '127.0.0.1:8001'], environment), {
    message: /expected http:.*, got "127\.0\.0\.1:8001"; did you mean http:\/\/127\.0\.0\.1:8001\?$/,
    hint: 'kong-drill init --admin-url http://127.0.0.1:8001',
  });
  assert.ok(!existsSync(join(folder, 'drills')));
});
