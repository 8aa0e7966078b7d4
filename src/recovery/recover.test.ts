import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ReadyArtifact } from '../artifact/artifact.js';
import { DrillError } from '../model/drill-error.js';
import type { NewEvent } from '../model/journal.js';
import type { PlannedStage, RecoveryAction, RecoveryStep } from '../model/plan.js';
import { systemClock } from '../system/clock.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import type { FakeLabOptions } from '../testing/fake-lab.js';
import { recover } from './recover.js';

const provision: RecoveryAction = { kind: 'provision-postgres', address: 'new', version: '15' };
const bootstrap: RecoveryAction = { kind: 'migrate', how: 'bootstrap', kongVersion: '3.9' };
const sync: RecoveryAction = { kind: 'deck-sync', artifact: 'dump', selectTags: [], retries: 1 };
const fetchDump: RecoveryAction = { kind: 'fetch', artifact: 'dump' };
const replay: RecoveryAction = {
  kind: 'replay',
  artifact: 'team',
  since: { kind: 'start' },
  times: 1,
  newestOnly: false,
};
const restore: RecoveryAction = { kind: 'pg-restore', artifact: 'db', clean: false, jobs: 4 };

test('recover - does the steps in their order and records each', async () => {
  const { ok, calls, events } = await run([provision, bootstrap]);
  assert.equal(ok, true);
  assert.deepEqual(calls, ['postgres.provision new', 'kong migrations bootstrap']);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['stage-started', 'step-started', 'step-ended', 'step-started', 'step-ended', 'stage-ended'],
  );
});

test('recover - stops at the first step that fails, with the reason and the exit code', async () => {
  const { ok, calls, events } = await run([bootstrap, provision], {
    tools: { 'kong migrations': { exitCode: 1, stderr: 'Error: no database' } },
  });
  assert.equal(ok, false);
  assert.deepEqual(calls, ['kong migrations bootstrap']);
  const ended = events.find((event) => event.kind === 'step-ended');
  assert.equal(ended?.ok, false);
  assert.equal(ended.exitCode, 1);
  assert.equal(ended.detail, 'exit code 1: Error: no database');
});

test('recover - a step that hangs past its limit has failed', async () => {
  const hanging = fakeLab();
  hanging.lab.postgres.provision = (_, signal) => systemClock().sleep(60_000, signal);
  const { ok, events } = await run([provision], {}, { fake: hanging, limitMs: 30 });
  assert.equal(ok, false);
  assert.match(JSON.stringify(events), /did not end within its limit of 0.03 s/);
});

test('recover - an engine that broke is not the recovery’s failure', async () => {
  const broken = fakeLab();
  broken.lab.postgres.provision = () =>
    Promise.reject(new DrillError('engine', 'Docker is gone', 'start it'));
  await assert.rejects(run([provision], {}, { fake: broken }), /Docker is gone/);
});

test('recover - a component that does not come up is the recovery’s failure', async () => {
  const broken = fakeLab();
  broken.lab.postgres.provision = () =>
    Promise.reject(new DrillError('component', 'Postgres does not start', 'see its log'));
  const { ok } = await run([provision], {}, { fake: broken });
  assert.equal(ok, false);
});

test('migrate - up and finish by the newer Kong', async () => {
  const asked: (string | undefined)[] = [];
  const newer = fakeLab();
  const lab: typeof newer.lab = {
    ...newer.lab,
    tool: (call) => {
      asked.push(call.version);
      return newer.lab.tool(call);
    },
  };
  const upgrade: RecoveryAction = { kind: 'migrate', how: 'up-and-finish', kongVersion: '3.10' };
  const { calls } = await run([upgrade], {}, { fake: { ...newer, lab } });
  assert.deepEqual(calls, ['kong migrations up', 'kong migrations finish']);
  assert.deepEqual(asked, ['3.10', '3.10']);
});

test('pg-restore - restores schema and data without owners, in parallel', async () => {
  const { calls } = await run([restore]);
  assert.deepEqual(calls, [
    'pg_restore --host=postgres.lab --port=5432 --username=kong --dbname=kong --no-owner --jobs=4 /db',
  ]);
});

test('deck-sync - exit 0 without a summary proves nothing, and is tried again as often as the drill says', async () => {
  const { ok, events, calls } = await run([sync]);
  assert.equal(ok, false);
  assert.equal(calls.filter((call) => call.startsWith('deck sync -s')).length, 2);
  const ended = events.find((event) => event.kind === 'step-ended');
  assert.equal(ended?.attempts, 2);
  assert.match(ended.detail ?? '', /printed no summary/);
});

test('deck-sync - the new command line is used where the binary has it, and its summary is read', async () => {
  const { ok, events, calls } = await run([sync], {
    tools: {
      'deck gateway sync --help': { stdout: 'Usage:\n  deck gateway sync [flags]' },
      'deck gateway sync /dump': { stdout: 'Summary:\n  Created: 25\n  Updated: 0\n  Deleted: 1\n' },
    },
  });
  assert.equal(ok, true);
  assert.equal(
    calls.at(-1),
    'deck gateway sync /dump --kong-addr http://kong-1:8001 --analytics=false --no-color',
  );
  assert.match(JSON.stringify(events), /created 25, updated 0, deleted 1/);
});

test('deck-sync - an exit status of 0 is not believed where decK dropped or did less than it began', async () => {
  const summary = 'Summary:\n  Created: 1\n  Updated: 0\n  Deleted: 0\n';
  for (const [said, expected] of [
    [`creating service a\nDropped creation route b\n${summary}`, /dropped 1 changes/],
    [`creating service a\ncreating route b\n${summary}`, /created 1, .* after it had begun 2/],
  ] as const) {
    const { ok, events } = await run([{ ...sync, retries: 0 }], { tools: { 'deck sync': { stdout: said } } });
    assert.equal(ok, false);
    assert.match(JSON.stringify(events), expected);
  }
});

test('deck-sync - each attempt waits until the Admin API lists entities, and what the failed ones said is kept', async () => {
  const states = [503, 200, 500, 200];
  const admin = fakeAdmin(() => ({ status: states.shift() ?? 200 }));
  const { calls, events } = await run(
    [sync],
    { tools: { 'deck sync': { exitCode: 1, stderr: 'Error: 500' } } },
    { admin },
  );
  assert.equal(calls.filter((call) => call.startsWith('deck sync -s')).length, 2);
  assert.equal(admin.calls.length, 4);
  const ended = events.find((event) => event.kind === 'step-ended');
  assert.match(ended?.output ?? '', /^attempt 1: exit code 1: Error: 500\nError: 500\n/);
});

test('deck-sync - a folder with several workspaces is synced one workspace after the other, until one fails', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-workspaces-'));
  after(() => rm(folder, { recursive: true }));
  const files = ['a', 'b', 'c', 'd'].map((name) => join(folder, `${name}.yaml`));
  const workspaces = ['default', 'payments', 'payments', '"partners"'];
  for (const [index, file] of files.entries())
    await writeFile(file, `_format_version: "3.0"\n_workspace: ${workspaces[index] ?? ''}\nservices: []\n`);
  const [a = '', b = '', c = ''] = files;
  const summary = 'Summary:\n  Created: 2\n  Updated: 0\n  Deleted: 0\n';
  const { ok, calls, events } = await run(
    [{ ...sync, retries: 0 }],
    {
      tools: {
        [`deck sync -s ${a}`]: { stdout: summary },
        'deck sync': { exitCode: 1, stderr: 'Error: 409' },
      },
    },
    { artifact: { ...artifactNamed('dump'), path: folder } },
  );
  assert.equal(ok, false);
  const syncs = calls.filter((call) => call.startsWith('deck sync')).map((call) => call.split(' --')[0]);
  assert.deepEqual(syncs, [`deck sync -s ${a}`, `deck sync -s ${b} -s ${c}`]);
  const ended = events.find((event) => event.kind === 'step-ended');
  assert.match(
    ended?.detail ?? '',
    /^default: created 2, updated 0, deleted 0; payments: exit code 1: Error: 409$/,
  );
});

test('create-workspaces - makes those that are not there, and fails where Kong makes none', async () => {
  const create: RecoveryAction = { kind: 'create-workspaces', workspaces: ['payments', 'partners'] };
  const statuses = [201, 409];
  const admin = fakeAdmin((method) => ({ status: method === 'POST' ? (statuses.shift() ?? 404) : 200 }));
  const made = await run([create], {}, { admin });
  assert.equal(made.ok, true);
  assert.match(JSON.stringify(made.events), /made payments/);
  assert.deepEqual(admin.calls.slice(1), ['POST /workspaces', 'POST /workspaces']);
  const refused = await run([create], {}, { admin });
  assert.equal(refused.ok, false);
  assert.match(JSON.stringify(refused.events), /POST \/workspaces payments: expected 201 or 409, got 404/);
});

test('replay - does every step of every run in order', async () => {
  const admin = fakeAdmin();
  const { ok } = await run([replay], {}, { admin });
  assert.equal(ok, true);
  assert.deepEqual(admin.calls, ['PUT /services/a', 'DELETE /services/a']);
});

test('replay - stops at a refused request and says which run and step it was', async () => {
  const admin = fakeAdmin((method) =>
    method === 'DELETE' ? { status: 404, body: { message: 'Not found' } } : undefined,
  );
  const { ok, events } = await run([replay], {}, { admin });
  assert.equal(ok, false);
  assert.match(JSON.stringify(events), /second, withdraw a: DELETE \/services\/a: expected 2xx, got 404/);
});

test('fetch - later steps use what was fetched; other content than before is told', async () => {
  const fetched = { ...artifactNamed('dump'), path: '/fetched', sha256: 'new', source: 'by your command' };
  const artifact = { ...artifactNamed('dump'), sha256: 'old', again: () => Promise.resolve(fetched) };
  const { calls, events } = await run([fetchDump, sync], {}, { artifact });
  assert.ok(calls.some((call) => call.startsWith('deck sync -s /fetched')));
  assert.match(JSON.stringify(events), /other content than before the disaster: SHA-256 new, was old/);
});

test('fetch - one that cannot be fetched now fails the path', async () => {
  const fetched = { ...artifactNamed('dump'), faults: ['aws s3 cp: exit code 1'] };
  const artifact = { ...artifactNamed('dump'), again: () => Promise.resolve(fetched) };
  const { ok, events } = await run([fetchDump, sync], {}, { artifact });
  assert.equal(ok, false);
  assert.match(JSON.stringify(events), /aws s3 cp: exit code 1/);
});

test('restore-data-folder - no WAL leads to a time before the end of the backup', async () => {
  const base = {
    ...artifactNamed('base'),
    physical: { tarFile: '/base.tar', files: {} },
    serverClock: { originMs: 0, withinMs: 1 },
    takenFromMs: 8_000,
    takenToMs: 9_000,
  };
  const to: RecoveryAction = {
    kind: 'restore-data-folder',
    artifact: 'base',
    address: 'new',
    version: '15',
    replayTo: { kind: 'before-failure', ms: 5_000 },
  };
  const { ok, calls, events } = await run([to], {}, { artifact: base, failedAtMs: 12_000 });
  assert.equal(ok, false);
  assert.deepEqual(calls, [], 'what is there stays');
  assert.match(
    JSON.stringify(events),
    /5\.00 s before the failure is 2\.00 s before the end of base: WAL is replayed forw/,
  );
});

test('restore-data-folder - a target that no WAL holds is named; a server that runs is stopped for the last of its WAL', async () => {
  const ended = 'FATAL: recovery ended before configured recovery target was reached';
  const fake = fakeLab();
  fake.lab.postgres.provision = () => Promise.reject(new DrillError('component', ended, 'see its log'));
  const artifact = { ...artifactNamed('base'), physical: { tarFile: '/base.tar', files: {} } };
  const to: RecoveryAction = {
    kind: 'restore-data-folder',
    artifact: 'base',
    address: 'new',
    version: '15',
    replayTo: { kind: 'restore-point', name: 'before-deploy' },
  };
  const { ok, calls, events } = await run([to], {}, { artifact, fake });
  assert.equal(ok, false);
  assert.deepEqual(calls, ['postgres.stop']);
  assert.match(
    JSON.stringify(events),
    /the restore point before-deploy was never reached: the archived WAL ends/,
  );
});

interface RunOptions {
  /** In place of the one of that name. */
  readonly artifact?: ReadyArtifact;
  readonly fake?: ReturnType<typeof fakeLab>;
  readonly admin?: ReturnType<typeof fakeAdmin>;
  readonly limitMs?: number;
  readonly failedAtMs?: number;
}

async function run(
  actions: readonly RecoveryAction[],
  labOptions: FakeLabOptions = {},
  options: RunOptions = {},
) {
  const { lab, calls } = options.fake ?? fakeLab(labOptions);
  const events: NewEvent[] = [];
  const ok = await recover([stageOf(actions)], {
    lab,
    folder: '/drills',
    admin: options.admin ?? fakeAdmin(),
    artifacts: new Map(
      [...['db', 'dump', 'team'].map(artifactNamed), ...(options.artifact ? [options.artifact] : [])].map(
        (artifact) => [artifact.name, artifact],
      ),
    ),
    clock: systemClock(),
    signal: new AbortController().signal,
    limitMs: options.limitMs ?? 1_000,
    ...(options.failedAtMs === undefined ? {} : { failedAtMs: options.failedAtMs }),
    record: (event) => events.push(event),
  });
  return { ok, calls, events };
}

function stageOf(actions: readonly RecoveryAction[]): PlannedStage {
  const steps = actions.map((action): RecoveryStep => ({
    step: 'restore',
    title: action.kind,
    commands: [],
    leastMs: 0,
    action,
  }));
  return { stage: { stage: 'reattach' }, steps };
}

function artifactNamed(name: string): ReadyArtifact {
  const place = { file: '/team/a.yaml', folder: '/team' };
  return {
    name,
    kind: 'pipeline',
    method: 'recorded runs',
    origin: 'given',
    path: `/${name}`,
    sizeBytes: 1,
    sha256: '',
    faults: [],
    runs: [
      {
        ...place,
        run: 'first',
        at: '2026-01-01T00:00:00Z',
        steps: [{ request: { method: 'PUT', path: '/services/a' } }],
      },
      {
        ...place,
        run: 'second',
        at: '2026-01-02T00:00:00Z',
        steps: [{ name: 'withdraw a', request: { method: 'DELETE', path: '/services/a' } }],
      },
    ],
  };
}
