import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import type { Artifact } from '../model/drill-recovery.js';
import type { Json } from '../model/entity.js';
import { systemClock } from '../system/clock.js';
import { sha256 } from '../system/files.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import type { FakeLabOptions } from '../testing/fake-lab.js';
import { readPipeline } from './pipeline.js';
import { readyArtifact } from './ready-artifact.js';

const folder = await mkdtemp(join(tmpdir(), 'kong-drill-artifact-'));
after(() => rm(folder, { recursive: true }));

test('a pipeline - is read oldest first, whatever the names of its files', async () => {
  const place = await folderWith({
    'a.yaml': 'run: late\nat: 2026-02-01T00:00:00Z\nsteps: [{ request: { method: PUT, path: /services/a } }]',
    'b.yml': 'run: early\nat: 2026-01-01T00:00:00Z\nsteps: [{ command: [make, deploy] }]',
    'README.md': 'not a run',
  });
  assert.deepEqual(
    (await readPipeline(place)).map(({ run }) => run),
    ['early', 'late'],
  );
});

test('a pipeline - the shop has eleven runs by four teams, and its newest ends in November', async () => {
  const runs = await readPipeline(resolve(import.meta.dirname, '../../drills/fixtures/shop'));
  assert.equal(runs.length, 11);
  assert.equal(new Set(runs.map(({ team }) => team)).size, 4);
  assert.equal(runs.at(-1)?.at, '2026-11-19T06:45:10Z');
});

for (const [what, content, expected] of [
  ['a step that is none', 'run: x\nat: 2026-02-01T00:00:00Z\nsteps: [{ requset: 1 }]', /steps\/0/],
  ['no time', 'run: x\nsteps: [{ command: [a] }]', /must have required property 'at'/],
  ['broken YAML', 'run: [', /a\.yaml/],
] as const) {
  test(`a pipeline - ${what} is a fault that names the file`, async () => {
    const path = await folderWith({ 'a.yaml': content });
    const { faults } = await ready({ kind: 'pipeline', path });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', expected);
    assert.match(faults[0] ?? '', /a\.yaml/);
  });
}

test('a folder without runs - is a fault', async () => {
  assert.match(
    (await ready({ kind: 'pipeline', path: await folderWith({}) })).faults.join(),
    /found no \.yaml file/,
  );
});

test('a database dump of your own - is good where it is one and pg_restore finds the tables in it', async () => {
  const path = await fileWith('PGDMP…');
  const tools = { 'pg_restore --list': { stdout: tableOfContents(['services', 'routes', 'workspaces']) } };
  const artifact = await ready({ kind: 'database', path }, { tools });
  assert.deepEqual(artifact.faults, []);
  assert.equal(artifact.sha256, sha256('PGDMP…'));
  assert.equal(artifact.origin, 'given');
});

test('a database dump of your own - text, a truncated file and one without routes are faults', async () => {
  const text = await ready({ kind: 'database', path: await fileWith('CREATE TABLE') });
  assert.match(text.faults.join(), /expected a dump in pg_dump's custom format/);
  const path = await fileWith('PGDMP');
  const broken = await ready(
    { kind: 'database', path },
    { tools: { 'pg_restore --list': { exitCode: 1, stderr: 'end of file' } } },
  );
  assert.match(broken.faults.join(), /pg_restore cannot read it: exit code 1: end of file/);
  const tools = { 'pg_restore --list': { stdout: tableOfContents(['services', 'workspaces']) } };
  assert.deepEqual((await ready({ kind: 'database', path }, { tools })).faults, [
    'it holds no data of the table routes',
  ]);
});

test('a database dump of your own - is dated by pg_dump, and one without a kind that Kong holds is a fault', async () => {
  const path = await fileWith('PGDMP');
  const { lab } = fakeLab({
    tools: {
      'pg_restore --list': {
        stdout: `; Archive created at 2026-11-24 02:00:07 UTC\n${tableOfContents(['services', 'routes', 'workspaces'])}`,
      },
    },
  });
  const tool: typeof lab.tool = async (call) => {
    const [file] = call.writes ?? [];
    if (file !== undefined)
      await writeFile(
        file,
        'COPY public.services (id, name) FROM stdin;\n1\ta\n\\.\n\nCOPY public.consumers (id) FROM stdin;\n\\.\n',
      );
    return lab.tool(call);
  };
  const admin = fakeAdmin((_, asked) => {
    const isHeld = asked.startsWith('/services') || asked.startsWith('/consumers');
    return { status: 200, body: { data: isHeld ? [{ id: 'x' }] : [] } };
  });
  const artifact = await readyArtifact(
    'nightly',
    { kind: 'database', path },
    { ...contextOf({ ...lab, tool }), admin },
  );
  assert.equal(artifact.createdUtc, '2026-11-24T02:00:07.000Z');
  assert.deepEqual(artifact.faults, ['Kong has consumers, the dump has none']);
});

test('an artifact - a checksum that is not the one promised, and a missing file, are faults', async () => {
  const path = await fileWith('services:\n- name: a\n');
  const promised = await ready({ kind: 'deck', path, sha256: '0'.repeat(64) });
  assert.match(promised.faults.join(), /checksum: expected SHA-256 0000/);
  assert.match((await ready({ kind: 'deck', path: join(folder, 'nowhere') })).faults.join(), /found nothing/);
});

test('a decK file - one with nothing in it would delete everything', async () => {
  const empty = await ready({ kind: 'deck', path: await fileWith('_format_version: "3.0"\n') });
  assert.match(empty.faults.join(), /it holds no entity/);
  const full = await ready({ kind: 'deck', path: await fileWith('services:\n- name: a\n- name: b\n') });
  assert.deepEqual(full.faults, []);
  assert.deepEqual(full.entities, { services: 2 });
});

test('a decK dump - a section that Kong has and the dump lacks is a fault', async () => {
  const admin = fakeAdmin((_, path) => {
    const data: Json = path.startsWith('/vaults') || path.startsWith('/services') ? [{ id: 'x' }] : [];
    return { status: 200, body: { data } };
  });
  const { lab } = fakeLab();
  const tool: typeof lab.tool = async (call) => {
    const file = call.writes?.[0];
    if (file !== undefined) await writeFile(file, 'services:\n- name: a\n');
    return { command: ['deck'], exitCode: 0, ok: true, stdout: '', stderr: '', durationMs: 1, failure: '' };
  };
  const artifact = await readyArtifact(
    'nightly',
    { kind: 'deck' },
    { ...contextOf({ ...lab, tool }), admin },
  );
  assert.deepEqual(artifact.faults, ['Kong has vaults, the dump has none']);
});

test('a decK dump of all workspaces - a workspace without a file, and a section that a workspace lacks, are faults', async () => {
  const held: Readonly<Record<string, readonly Json[]>> = {
    '/workspaces': ['default', 'payments', 'partners'].map((name) => ({ name })),
    '/payments/vaults': [{ id: 'x' }],
  };
  const admin = fakeAdmin((_, path) => ({ status: 200, body: { data: held[path] ?? [] } }));
  const { lab } = fakeLab();
  const asked: (readonly string[])[] = [];
  const tool: typeof lab.tool = async ({ args, runsIn, writes = [] }) => {
    const command = [
      'deck',
      ...args({ path: (file) => file, postgres: lab.postgres.connection, adminUrl: () => 'url' }),
    ];
    asked.push(command);
    if (runsIn !== undefined) {
      assert.deepEqual(writes, [runsIn]);
      await writeFile(join(runsIn, 'default.yaml'), '_workspace: default\nservices:\n- name: a\n');
      await writeFile(
        join(runsIn, 'payments.yaml'),
        '_workspace: payments\nservices:\n- name: a\n- name: b\n',
      );
    }
    return { command, exitCode: 0, ok: true, stdout: '', stderr: '', durationMs: 1, failure: '' };
  };
  const artifact = await readyArtifact(
    'every-workspace',
    { kind: 'deck', allWorkspaces: true },
    { ...contextOf({ ...lab, tool }), admin },
  );
  assert.deepEqual(asked.at(-1)?.slice(0, 4), ['deck', 'dump', '--yes', '--all-workspaces']);
  assert.deepEqual(artifact.entities, { services: 3 });
  assert.deepEqual(artifact.faults, [
    'Kong has the workspace partners, the dump has none of it',
    'Kong has payments/vaults, the dump has none',
  ]);
});

function ready(artifact: Artifact, labOptions: FakeLabOptions = {}) {
  return readyArtifact('nightly', artifact, contextOf(fakeLab(labOptions).lab));
}

function contextOf(lab: ReturnType<typeof fakeLab>['lab']) {
  return {
    lab,
    admin: fakeAdmin(),
    isOurs: () => false,
    tools: new Set(['pg_dump', 'pg_restore'] as const),
    clock: systemClock(),
    signal: new AbortController().signal,
    limitMs: 1_000,
    folder,
    workFolder: folder,
  };
}

function tableOfContents(tables: readonly string[]): string {
  return tables.map((table, index) => `${3_000 + index}; 0 16385 TABLE DATA public ${table} kong`).join('\n');
}

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const place = await mkdtemp(join(folder, 'pipeline-'));
  await Promise.all(Object.entries(files).map(([name, content]) => writeFile(join(place, name), content)));
  return place;
}

async function fileWith(content: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'file-')), 'artifact');
  await writeFile(path, content);
  return path;
}
