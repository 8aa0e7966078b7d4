import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Artifact } from '../model/drill-recovery.js';
import { systemClock } from '../system/clock.js';
import { runCommand } from '../system/command.js';
import { sha256 } from '../system/files.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import { repositoryWith } from '../testing/repository.js';
import { readyArtifact } from './ready-artifact.js';

const folder = await mkdtemp(join(tmpdir(), 'kong-drill-fetch-'));
after(() => rm(folder, { recursive: true }));
const content = 'services:\n- name: a\n';
await writeFile(join(folder, 'there.yaml'), content);
await writeFile(join(folder, 'there.base64'), Buffer.from(content).toString('base64'));

const file = 'dumps/kong.yaml';

const copy = (from: string, options = '') => ['sh', '-c', `cp ${options} ${from} "$KONG_DRILL_ARTIFACT"`];

test('a command - what it writes is the artifact, and it can be fetched again', async () => {
  const artifact = await ready({ kind: 'deck', command: copy('there.yaml') });
  assert.deepEqual(artifact.faults, []);
  assert.equal(artifact.sha256, sha256(content));
  assert.equal(artifact.source, 'by your command');
  assert.equal(
    artifact.createdUtc,
    undefined,
    'a fresh copy tells when it was fetched, not when it was made',
  );
  await rm(artifact.path);
  const again = await artifact.again?.(new AbortController().signal);
  assert.equal(again?.sha256, artifact.sha256);
  assert.equal(await readFile(again.path, 'utf8'), content);
});

test('a command - one that fails the second time leaves what it brought the first time', async () => {
  const once = ['sh', '-c', 'mkdir spent && echo "services: [{ name: a }]" > "$KONG_DRILL_ARTIFACT"'];
  const first = await ready({ kind: 'deck', command: once });
  const second = await first.again?.(new AbortController().signal);
  assert.match(second?.faults.join() ?? '', /mkdir: .*spent/);
  assert.match(await readFile(first.path, 'utf8'), /name: a/);
});

test('a path - the file is dated by its time, not where git made it in a checkout, and by what the drill says first', async () => {
  const then = new Date('2026-01-02T03:04:05Z');
  await utimes(join(folder, 'there.yaml'), then, then);
  const loose = await ready({ kind: 'deck', path: 'there.yaml' });
  assert.equal(loose.createdUtc, then.toISOString());
  const checkout = await repositoryWith(folder, file, [content]);
  for (const path of [join(checkout, file), join(checkout, 'dumps')]) {
    const tracked = await ready({ kind: 'deck', path });
    assert.equal(tracked.createdUtc, undefined, path);
  }
  const createdAt = '2026-02-03T04:05:06Z';
  const said = await ready({ kind: 'deck', path: join(checkout, file), createdAt, every: '24h' });
  assert.equal(said.createdUtc, createdAt);
  assert.match(said.faults.join(), /stale: it is of 2026-02-03T04:05:06Z/);
});

test('a path - a checkout that git cannot be asked about dates nothing either', async (context) => {
  const checkout = join(folder, 'of-somebody-else');
  await mkdir(join(checkout, '.git'), { recursive: true });
  await mkdir(join(checkout, 'dumps'));
  await writeFile(join(checkout, file), content);
  assert.equal((await ready({ kind: 'deck', path: join(checkout, file) })).createdUtc, undefined);
  const loose = await mkdtemp(join(tmpdir(), 'kong-drill-loose-'));
  context.after(() => rm(loose, { recursive: true }));
  await writeFile(join(loose, 'kong.yaml'), content);
  assert.notEqual((await ready({ kind: 'deck', path: join(loose, 'kong.yaml') })).createdUtc, undefined);
});

test('a command - keeps the date where the tool does', async () => {
  const then = new Date('2026-01-02T03:04:05Z');
  await writeFile(join(folder, 'old.yaml'), content);
  await utimes(join(folder, 'old.yaml'), then, then);
  const artifact = await ready({ kind: 'deck', command: copy('old.yaml', '-p'), every: '24h' });
  assert.equal(artifact.createdUtc, then.toISOString());
  assert.match(artifact.faults.join(), /stale: it is of 2026-01-02T03:04:05.000Z, .* to be taken every 24h/);
});

test('a command - one that fails, and one that writes nothing, are faults', async () => {
  const failed = await ready({ kind: 'deck', command: ['sh', '-c', 'echo no such bucket >&2; exit 3'] });
  assert.match(failed.faults.join(), /exit code 3: no such bucket/);
  const silent = await ready({ kind: 'deck', command: ['true'] });
  assert.match(silent.faults.join(), /true ended with 0 and wrote no file \$KONG_DRILL_ARTIFACT/);
});

test('decrypt - what is checked is the decrypted content; a key that does not fit is a fault', async () => {
  const good = await ready({ kind: 'deck', path: 'there.base64', decrypt: ['base64', '-d'] });
  assert.deepEqual([good.faults, good.sha256], [[], sha256(content)]);
  assert.ok(good.again, 'a recovery has to decrypt it too');
  const bad = await ready({
    kind: 'deck',
    path: 'there.base64',
    decrypt: ['sh', '-c', 'echo bad key >&2; exit 2'],
  });
  assert.match(bad.faults.join(), /it cannot be decrypted: .* exit code 2: bad key/);
});

test('git - the file at a branch, a tag and a commit, dated by the commit', async () => {
  const repository = await repositoryWith(folder, file, [content, `${content}- name: b\n`]);
  const newest = await ready({ kind: 'deck', git: repository, path: file });
  assert.deepEqual(newest.entities, { services: 2 });
  assert.equal(newest.createdUtc, '2026-03-02T00:00:00.000Z');
  assert.match(newest.source ?? '', /^from git .* at [0-9a-f]{40}, committed 2026-03-02T/);
  for (const revision of ['first', 'HEAD~1', 'release']) {
    const older = await ready({ kind: 'deck', git: repository, revision, path: file });
    assert.deepEqual(older.entities, { services: 1 }, `${revision}: ${older.faults.join()}`);
  }
});

test('git - no such revision, file or repository is a fault', async () => {
  const git = await repositoryWith(folder, file, [content]);
  const faults = async (artifact: Artifact) => (await ready(artifact)).faults.join();
  assert.match(await faults({ kind: 'deck', git, revision: 'nowhere' }), /checkout .*nowhere/);
  assert.match(await faults({ kind: 'deck', git, path: 'nowhere' }), /found nothing/);
  assert.match(
    await faults({ kind: 'deck', git: join(folder, 'no-repository') }),
    /git clone .*exit code 128/,
  );
});

test('git - a pipeline of commits, those that touch its path, each a sync of it', async () => {
  const git = await repositoryWith(folder, file, [content, content.replace('a', 'b')]);
  const artifact = await ready({ kind: 'pipeline', git, path: 'dumps' });
  assert.deepEqual(artifact.faults, []);
  assert.deepEqual(
    artifact.runs?.map(({ run, at, steps }) => [run.slice(11), at, steps]),
    [
      ['state 1', '2026-03-01T00:00:00.000Z', [{ deck: 'dumps' }]],
      ['state 2', '2026-03-02T00:00:00.000Z', [{ deck: 'dumps' }]],
    ],
  );
  assert.equal(artifact.createdUtc, '2026-03-02T00:00:00.000Z');
  assert.equal(artifact.runs[0]?.revision?.length, 40);
});

test('given - a kind that Kong holds and the artifact does not; not for what the runner itself made', async () => {
  const admin = fakeAdmin((_, path) => {
    const data = path.startsWith('/vaults')
      ? [{ id: 'v' }]
      : path.startsWith('/consumers')
        ? [{ id: 'ours' }]
        : [];
    return { status: 200, body: { data } };
  });
  const artifact = await ready({ kind: 'deck', path: 'there.yaml' }, admin);
  assert.deepEqual(artifact.faults, ['Kong has vaults, the dump has none']);
});

function ready(artifact: Artifact, admin = fakeAdmin()) {
  const { lab } = fakeLab();
  return readyArtifact('nightly', artifact, {
    lab: {
      ...lab,
      command: ({ command, ...options }) => runCommand(command, options),
    },
    admin,
    isOurs: ({ id }) => id === 'ours',
    tools: new Set(),
    clock: systemClock(),
    signal: new AbortController().signal,
    limitMs: 30_000,
    folder,
    workFolder: folder,
  });
}
