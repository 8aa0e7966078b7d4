/**
 * What README and docs tell somebody to type is typed, in the order of a project's life: keys, first drill, CI, auditors, snapshots.
 * Each line is run here, or by the test that is named for it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin } from '../standin/testing/standin.js';
import { findProgram } from '../system/command.js';
import { documents, linesOf, ofOurs } from './testing/document-lines.js';
import type { Line } from './testing/document-lines.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));
const projectRoot = fileURLToPath(new URL('../../', import.meta.url));
const path = process.env.PATH ?? '';

/** Documents whose lines are typed, in this order; the keys of the auditors' page come first. */
const order = [
  'docs/quick-start.md',
  'docs/ci.md',
  'docs/auditors.md',
  'docs/parity.md',
  'docs/enterprise.md',
];

/** Lines that another test types: those that take minutes, an engine, or the project itself. */
const elsewhere: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run',
  'npm ci --ignore-scripts': '.ci/run',
  'npm test': '.ci/run',
  'npm run drill': 'run/drills.full.test: the same drill',
  'npm run build': '.ci/run',
  'npm run check': '.ci/run: the same steps',
  'node scripts/generate-schema.mjs': '.ci/run, with --check',
  'npm install --save-dev kong-drill': 'package.live.test, as packed',
  'npx kong-drill init': 'commands/init.test, with and without somebody to answer',
  'npm install --prefix app --ignore-scripts kong-drill': 'image.full.test',
  'docker build --file app/node_modules/kong-drill/Dockerfile --tag kong-drill app': 'image.full.test',
  'docker run --rm --network host --pid host --volume /var/run/docker.sock:/var/run/docker.sock --volume .:/project kong-drill run drills --engine containers':
    'image.full.test',
  'npx kong-drill run drills/postgres-lost.yaml --keep': 'run/keep-lab.live.test',
  'npx kong-drill clean': 'run/keep-lab.live.test',
  'npx kong-drill run drills --time-limit 20m': 'run/time-limit.live.test',
  'npx kong-drill run drills --registry mirror.example/docker': 'documents.full.test',
  'npx kong-drill run drills --image kong=mirror.example/kong:3.9 --image postgres=mirror.example/postgres:15':
    'documents.full.test',
  'npx kong-drill run drills --no-pull': 'documents.full.test',
  'npx kong-drill run drills/several-workspaces.yaml': 'run/drills.full.test',
  'kong-drill run drills --shard 2/5': 'documents.full.test',
  'kong-drill merge shard-*/reports --out reports': 'documents.full.test',
};

let folder = '';
let beside = '';
let postgres: TestPostgres;
let standin: TestStandin;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-documents-'));
  beside = await mkdtemp(join(tmpdir(), 'kong-drill-documents-'));
  await writeKeys();
  postgres = await TestPostgres.start();
  standin = await TestStandin.prepare(postgres.port);
  await standin.run('migrations', 'bootstrap');
  await standin.start();
  await fetch(`${standin.admin}/services`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'orders', host: 'orders.example' }),
  });
  // Not within the project, where `init` would take it for its configuration.
  await mkdir(join(beside, 'deck'));
  const services = '_format_version: "3.0"\nservices:\n- name: orders\n  host: orders.example\n';
  await writeFile(join(beside, 'deck/kong.yaml'), services);
});

after(async () => {
  await standin[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  for (const each of [folder, beside]) await rm(each, { recursive: true, force: true });
});

const written = (await Promise.all(documents.map(linesOf))).flat();
const typed = [
  ...written.filter(({ words }) => words[0] === 'openssl'),
  ...order.flatMap((document) =>
    written.filter((line) => line.document === document && line.words[0] !== 'openssl'),
  ),
].filter(({ words }) => elsewhere[words.join(' ')] === undefined);

test('documents - every line is typed here, or by the test that is named for it', () => {
  const untyped = written.filter(
    (line) => !typed.includes(line) && elsewhere[line.words.join(' ')] === undefined,
  );
  assert.deepEqual(untyped.map(inWords), []);
  const all = new Set(written.map(({ words }) => words.join(' ')));
  assert.deepEqual(
    Object.keys(elsewhere).filter((line) => !all.has(line)),
    [],
    'no document says this any more',
  );
});

for (const line of typed)
  test(inWords(line), { timeout: 240_000 }, async (context) => {
    const why = whyNot(line);
    if (why !== undefined && process.env.CI !== 'true') {
      context.skip(why);
      return;
    }
    assert.equal(why, undefined);
    const called = ofOurs(line.words);
    const [command = '', ...words] =
      called === undefined ? line.words : [process.execPath, program, ...called.map(asHere)];
    const ended = spawnSync(command, words, {
      cwd: line.document === 'docs/enterprise.md' ? projectRoot : folder,
      env: {
        ...process.env,
        NO_COLOR: '1',
        DOCKER_HOST: 'unix:///nowhere',
        KONG_DRILL_SIGNING_KEY: await readFile(join(folder, 'signing.pem'), 'utf8'),
        PGPASSWORD: 'kong',
      },
      encoding: 'utf8',
    });
    assert.equal(ended.status, 0, `${ended.stdout}\n${ended.stderr}`);
    if (called) assert.notEqual(ended.stdout.trim(), '', 'it says something');
  });

function inWords({ document, words }: Line): string {
  return `${document} - ${words.join(' ')}`;
}

/** Addresses and databases of the documents are those of the test. */
function asHere(word: string): string {
  return word
    .replace('http://127.0.0.1:8001', standin.admin)
    .replace(/^(deck\/|nightly\.dump)$/, join(beside, '$1'))
    .replace('postgres://kong@db.example/kong', `postgres://kong@127.0.0.1:${postgres.port}/kong`);
}

/** For whoever has no openssl: the same two files. */
async function writeKeys(): Promise<void> {
  for (const name of ['signing', 'ada']) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeFile(join(folder, `${name}.pem`), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    if (name === 'signing')
      await writeFile(join(folder, 'audit.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  }
}

function whyNot({ words }: Line): string | undefined {
  const [first = ''] = words;
  if (ofOurs(words) === undefined && findProgram(first, path) === undefined) return `no ${first} on PATH`;
  if (!words.includes('nightly.dump')) return undefined;
  const pgDump = findProgram('pg_dump', path);
  if (pgDump === undefined) return 'no pg_dump on PATH';
  const address = ['-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'kong'];
  const dumped = spawnSync(pgDump, [...address, '-Fc', '-f', join(beside, 'nightly.dump'), 'kong']);
  return dumped.status === 0 ? undefined : `pg_dump: ${dumped.stderr.toString()}`;
}
