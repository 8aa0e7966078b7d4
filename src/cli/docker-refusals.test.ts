/** Docker as it is on other people's machines: older than is needed, there but not for this user. Each is told with the way on. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { writeContexts } from '../testing/docker-contexts.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));
const drill = fileURLToPath(new URL('../../drills/quickstart.yaml', import.meta.url));
const nobody = 65_534;

/** An engine of Docker that says no more of itself than a client asks before it starts anything. */
async function engineOf(context: TestContext, version: { Version: string; ApiVersion: string }) {
  const folder = await mkdtemp(join(tmpdir(), 'kd-docker-'));
  await chmod(folder, 0o777);
  const socket = join(folder, 'docker.sock');
  const answers: Readonly<Record<string, object>> = {
    version,
    info: { OperatingSystem: 'Linux', ServerVersion: version.Version, IndexServerAddress: '' },
    bridge: { Name: 'bridge', IPAM: { Config: [{ Gateway: '172.17.0.1' }] } },
  };
  const server = createServer(({ url = '' }, answer) => {
    const asked = url.split('?')[0]?.split('/').at(-1) ?? '';
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(answers[asked] ?? []));
  });
  await once(server.listen(socket), 'listening');
  context.after(async () => {
    server.close();
    server.closeAllConnections();
    await rm(folder, { recursive: true });
  });
  return { folder, socket };
}

interface Call {
  readonly folder: string;
  readonly socket: string;
  readonly uid?: number;
  /** In place of a DOCKER_HOST that names the socket. */
  readonly env?: Readonly<Record<string, string>>;
}

async function run(words: readonly string[], { folder, socket, uid, env: named }: Call) {
  const env = {
    PATH: folder,
    HOME: folder,
    TMPDIR: folder,
    ...(named ?? { DOCKER_HOST: `unix://${socket}` }),
  };
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    env,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said += part.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, said };
}

test('old Docker - a run is refused with the version that is needed; doctor says the same', async (context) => {
  const place = await engineOf(context, { Version: '19.03.15', ApiVersion: '1.40' });
  const ran = await run(['run', drill, '--engine', 'containers', '--out', 'reports'], place);
  assert.equal(ran.exitCode, 3, ran.said);
  assert.match(ran.said, /Docker 19\.03\.15 is too old: expected API 1\.41 or newer, got 1\.40/);
  assert.match(ran.said, /→ update Docker to 20\.10 or newer, or use --engine processes/);
  const { said } = await run(['doctor'], place);
  assert.match(said, /19\.03\.15, API 1\.40[\s\S]*update Docker to 20\.10 or newer/);
});

test('no Docker rights - told with the group to join, by run and by doctor', async (context) => {
  const place = await engineOf(context, { Version: '27.1.0', ApiVersion: '1.46' });
  await chmod(place.socket, 0o600);
  const asSomebody = process.getuid?.() === 0 ? { ...place, uid: nobody } : place;
  if (!('uid' in asSomebody)) await chmod(place.socket, 0o000);
  if ((await run(['--version'], asSomebody)).exitCode !== 0) {
    context.skip('another user may not read this checkout');
    return;
  }
  const ran = await run(['run', drill, '--engine', 'containers', '--out', 'reports'], asSomebody);
  assert.equal(ran.exitCode, 3, ran.said);
  assert.match(ran.said, /no Docker engine at unix:\S+ \(DOCKER_HOST\): this user may not use it/);
  assert.match(ran.said, /→ add the user to the group docker/);
  const { said } = await run(['doctor'], asSomebody);
  assert.match(
    said,
    /Docker +no Docker engine at \S+docker\.sock \(DOCKER_HOST\): this user may not use it\n[\s\S]*add the user to the group docker/,
  );
});

test('no Docker at all - told where it was looked for, and what to do', async (context) => {
  const place = await engineOf(context, { Version: '27.1.0', ApiVersion: '1.46' });
  const nowhere = { ...place, socket: join(place.folder, 'nowhere.sock') };
  const why = /no Docker engine at unix:\S+nowhere\.sock \(DOCKER_HOST\): there is no such socket/;
  for (const command of ['doctor', 'clean']) assert.match((await run([command], nowhere)).said, why);
  const { exitCode, said } = await run(['run', drill, '--engine', 'containers', '--out', 'reports'], nowhere);
  assert.equal(exitCode, 3, said);
  assert.match(said, why);
  assert.match(said, /→ start that engine, or correct or unset DOCKER_HOST, or use --engine processes/);
});

const inContainers = ['run', drill, '--engine', 'containers', '--out', 'reports'];

test('Docker context in use - run, doctor and clean ask the engine that it names', async (context) => {
  const place = await engineOf(context, { Version: '19.03.15', ApiVersion: '1.40' });
  await writeContexts(join(place.folder, '.docker'), { old: `unix://${place.socket}` }, 'old');
  const byContext = { ...place, env: {} };
  const ran = await run(inContainers, byContext);
  assert.match(ran.said, /Docker 19\.03\.15 is too old/);
  const doctor = await run(['doctor'], byContext);
  assert.match(doctor.said, /19\.03\.15, API 1\.40, at unix:\S+docker\.sock \(the Docker context "old"\)/);
  const clean = await run(['clean', '--engine', 'containers'], byContext);
  assert.match(clean.said, /Docker 19\.03\.15 is too old/);
});

test('Docker context whose engine is down - told by run, doctor and clean; no other engine is taken', async (context) => {
  const place = await engineOf(context, { Version: '19.03.15', ApiVersion: '1.40' });
  await writeContexts(
    join(place.folder, '.docker'),
    { colima: `unix://${place.folder}/colima.sock` },
    'colima',
  );
  const byContext = { ...place, env: {} };
  const why =
    /no Docker engine at unix:\S+colima\.sock \(the Docker context "colima"\): there is no such socket\n[\s\S]*→ [^→]*choose another: docker context use NAME/;
  for (const words of [inContainers, ['doctor'], ['clean']]) {
    const { said } = await run(words, byContext);
    assert.match(said, why, words[0] ?? '');
  }
});

test('TLS to Docker - a folder without certificates is told by run and doctor', async (context) => {
  const place = await engineOf(context, { Version: '19.03.15', ApiVersion: '1.40' });
  const env = { DOCKER_HOST: 'tcp://127.0.0.1:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: place.folder };
  for (const words of [inContainers, ['doctor']]) {
    const { said } = await run(words, { ...place, env });
    assert.match(said, /expected ca\.pem, cert\.pem and key\.pem in \S+; there is no ca\.pem/);
    assert.match(said, /→ correct DOCKER_CERT_PATH/);
  }
});
