/** Which Docker engine is meant: the order in which it is named, and what is said where that is broken. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { writeCertificates, writeContexts, writeContextTls, writeMeta } from '../testing/docker-contexts.js';
import { dockerEndpoint } from './docker-endpoint.js';

const top = await mkdtemp(join(tmpdir(), 'kd-endpoint-'));
after(() => rm(top, { recursive: true }));

const pems = { 'ca.pem': 'authority', 'cert.pem': 'certificate', 'key.pem': 'key' };

/** A home of its own, with the contexts `one` (in use) and `two`. */
async function home(): Promise<{ HOME: string; config: string }> {
  const HOME = await mkdtemp(join(top, 'home-'));
  const config = join(HOME, '.docker');
  await writeContexts(config, { one: 'unix:///one.sock', two: 'unix:///two.sock' }, 'one');
  return { HOME, config };
}

const properties = (folder: string, lines: readonly string[]) =>
  writeFile(join(folder, '.testcontainers.properties'), lines.join('\n'));

async function refusal(environment: Readonly<Record<string, string>>): Promise<DrillError> {
  const error = await dockerEndpoint(environment).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof DrillError, String(error));
  assert.equal(error.code, 'engine');
  return error;
}

test('Docker endpoint - DOCKER_HOST, then DOCKER_CONTEXT, then the context in use', async () => {
  const { HOME } = await home();
  const DOCKER_HOST = 'unix:///host.sock';
  const hostOf = async (environment: Readonly<Record<string, string>>) =>
    (await dockerEndpoint({ HOME, ...environment })).host;
  assert.equal(await hostOf({ DOCKER_HOST, DOCKER_CONTEXT: 'two' }), DOCKER_HOST);
  assert.equal(await hostOf({ DOCKER_CONTEXT: 'two' }), 'unix:///two.sock');
  assert.equal(await hostOf({}), 'unix:///one.sock');
  assert.equal(await hostOf({ DOCKER_HOST: '', DOCKER_CONTEXT: '' }), 'unix:///one.sock', 'empty is unset');
});

test('Docker endpoint - who named it is told', async () => {
  const { HOME } = await home();
  const by = async (environment: Readonly<Record<string, string>>) =>
    (await dockerEndpoint({ HOME, ...environment })).named?.by;
  assert.equal(await by({ DOCKER_HOST: 'unix:///host.sock' }), 'DOCKER_HOST');
  assert.equal(await by({}), 'the Docker context "one"');
  assert.equal(await by({ DOCKER_CONTEXT: 'default' }), undefined);
});

test('Docker endpoint - DOCKER_CONFIG is the folder of the contexts', async () => {
  const { HOME } = await home();
  const DOCKER_CONFIG = join(HOME, 'elsewhere');
  await writeContexts(DOCKER_CONFIG, { three: 'unix:///three.sock' }, 'three');
  assert.equal((await dockerEndpoint({ HOME, DOCKER_CONFIG })).host, 'unix:///three.sock');
});

test('Docker endpoint - the context default is the socket that somebody listens at', async () => {
  const { HOME, config } = await home();
  const XDG_RUNTIME_DIR = join(HOME, 'run');
  await mkdir(XDG_RUNTIME_DIR);
  const socket = join(XDG_RUNTIME_DIR, 'docker.sock');
  const server = createServer().listen(socket);
  try {
    const asked = await dockerEndpoint({ HOME, XDG_RUNTIME_DIR, DOCKER_CONTEXT: 'default' });
    await writeContexts(config, {}, 'default');
    const inUse = await dockerEndpoint({ HOME, XDG_RUNTIME_DIR });
    for (const { host, named } of [asked, inUse]) {
      assert.ok([`unix:///var/run/docker.sock`, `unix://${socket}`].includes(host), host);
      assert.equal(named, undefined);
    }
  } finally {
    server.close();
  }
});

test('Docker endpoint - the file of testcontainers: tc.host ahead of all, docker.host ahead of the context in use', async () => {
  const { HOME } = await home();
  await properties(HOME, ['# mine', 'docker.host = unix:///properties.sock']);
  const hostOf = async (environment: Readonly<Record<string, string>>) =>
    (await dockerEndpoint({ HOME, ...environment })).host;
  assert.equal(await hostOf({}), 'unix:///properties.sock');
  assert.equal(await hostOf({ DOCKER_CONTEXT: 'default' }), 'unix:///properties.sock');
  assert.equal(await hostOf({ DOCKER_CONTEXT: 'two' }), 'unix:///two.sock');
  assert.equal(await hostOf({ DOCKER_HOST: 'unix:///host.sock' }), 'unix:///host.sock');
  await properties(HOME, ['tc.host=tcp://127.0.0.1:4711']);
  assert.equal(await hostOf({ DOCKER_HOST: 'unix:///host.sock' }), 'tcp://127.0.0.1:4711');
  const { named } = await dockerEndpoint({ HOME });
  assert.match(named?.by ?? '', /^tc\.host in .*\.testcontainers\.properties$/);
});

test('Docker endpoint - TLS by DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, and the port that goes with it', async () => {
  const { HOME, config } = await home();
  const folder = join(HOME, 'certificates');
  await writeCertificates(folder, pems);
  const environment = { HOME, DOCKER_HOST: 'tcp://docker', DOCKER_CERT_PATH: folder };
  const plain = await dockerEndpoint(environment);
  assert.deepEqual([plain.host, plain.tls], ['tcp://docker:2375', undefined]);
  const { host, tls } = await dockerEndpoint({ ...environment, DOCKER_TLS_VERIFY: '1' });
  assert.equal(host, 'tcp://docker:2376');
  assert.deepEqual(tls, { folder, ca: 'authority', cert: 'certificate', key: 'key' });
  await writeCertificates(config, pems);
  const usual = await dockerEndpoint({ HOME, DOCKER_HOST: 'tcp://docker:1', DOCKER_TLS_VERIFY: 'yes' });
  assert.deepEqual([usual.host, usual.tls?.folder], ['tcp://docker:1', config]);
  await properties(HOME, ['docker.host=tcp://docker', 'docker.tls.verify=1', `docker.cert.path=${folder}`]);
  assert.equal((await dockerEndpoint({ HOME })).tls?.folder, folder);
});

test('Docker endpoint - TLS of a context is its own, and not that of the environment', async () => {
  const { HOME, config } = await home();
  await writeContexts(config, { tls: 'tcp://docker:2376', plain: 'tcp://docker:2375' }, 'tls');
  const folder = await writeContextTls(config, 'tls', pems);
  const environment = { HOME, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' };
  assert.equal((await dockerEndpoint(environment)).tls?.folder, folder);
  assert.equal((await dockerEndpoint({ ...environment, DOCKER_CONTEXT: 'plain' })).tls, undefined);
});

test('Docker endpoint - broken files are named, with what was expected and what to do', async () => {
  const { HOME, config } = await home();
  const gone = await refusal({ HOME, DOCKER_CONTEXT: 'three' });
  assert.match(
    gone.message,
    /no Docker context "three": expected \S+\.docker\/contexts\/meta\/[0-9a-f]{64}\/meta\.json/,
  );
  assert.match(gone.hint, /docker context ls/);
  for (const [meta, why] of [
    ['{', /: expected JSON, got /],
    ['[]', /: expected the address of the engine under Endpoints\.docker\.Host, got undefined/],
    ['{"Endpoints":{"docker":{"Host":7}}}', /under Endpoints\.docker\.Host, got 7/],
  ] as const) {
    const file = await writeMeta(config, 'one', meta);
    const { message, hint } = await refusal({ HOME });
    assert.ok(message.startsWith(file), message);
    assert.match(message, why);
    assert.match(hint, /docker context ls/);
  }
  await writeFile(join(config, 'config.json'), '{"currentContext":');
  assert.match((await refusal({ HOME })).message, /\.docker\/config\.json: expected JSON, got /);
  await writeFile(join(config, 'config.json'), '{"currentContext":1}');
  assert.match((await refusal({ HOME })).message, /config\.json: expected the name of a context .*, got 1/);
});

test('Docker endpoint - certificates that are not there are named', async () => {
  const { HOME, config } = await home();
  const DOCKER_TLS_VERIFY = '1';
  const byHost = { HOME, DOCKER_HOST: 'tcp://docker', DOCKER_TLS_VERIFY, DOCKER_CERT_PATH: join(HOME, 'no') };
  const { message, hint } = await refusal(byHost);
  assert.match(
    message,
    /DOCKER_HOST: expected ca\.pem, cert\.pem and key\.pem in \S+\/no; there is no ca\.pem$/,
  );
  assert.match(hint, /correct DOCKER_CERT_PATH, or unset DOCKER_TLS_VERIFY/);
  await writeContexts(config, { half: 'tcp://docker:2376' }, 'half');
  await writeContextTls(config, 'half', { 'ca.pem': 'authority' });
  assert.match((await refusal({ HOME })).message, /the Docker context "half": .*; there is no cert\.pem$/);
});

test('Docker endpoint - what cannot be used is refused with a way on', async () => {
  const { HOME, config } = await home();
  const ssh = await refusal({ HOME, DOCKER_HOST: 'ssh://me@build:22' });
  assert.match(ssh.message, /^DOCKER_HOST names an engine over ssh \(me@build\), which is not supported$/);
  assert.match(
    ssh.hint,
    /run kong-drill on build; or forward its socket, ssh .*:\/var\/run\/docker\.sock me@build/,
  );
  assert.match(ssh.hint, /DOCKER_HOST=unix:\/\/\/tmp\/docker\.sock and TESTCONTAINERS_HOST_OVERRIDE=build/);
  await writeContexts(config, { far: 'ssh://build' }, 'far');
  assert.match(
    (await refusal({ HOME })).message,
    /^the Docker context "far" names an engine over ssh \(build\)/,
  );
  for (const DOCKER_HOST of ['127.0.0.1:2375', 'unix://docker.sock', 'tcp://', 'docker', 'fd://'])
    assert.equal(
      (await refusal({ HOME, DOCKER_HOST })).message,
      `DOCKER_HOST: expected unix:///path or tcp://host:port, got ${DOCKER_HOST}`,
    );
  await writeMeta(
    config,
    'far',
    '{"Endpoints":{"docker":{"Host":"tcp://docker:2376","SkipTLSVerify":true}}}',
  );
  const unverified = await refusal({ HOME });
  assert.match(
    unverified.message,
    /"far" does not verify the engine \(skip-tls-verify\), which is not supported/,
  );
  assert.match(unverified.hint, /docker context update far --docker host=tcp:\/\/docker:2376,ca=/);
});
