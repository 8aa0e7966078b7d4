/** What is said of a Docker engine that answers, and of what stands in the way to one. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { selfSigned } from '../standin/proxy/self-signed.js';
import { writeCertificates } from '../testing/docker-contexts.js';
import { listenLocally } from '../testing/local-server.js';
import { askDocker, digestOfImage } from './docker-engine.js';
import type { DockerAnswer } from './docker-engine.js';

const HOME = await mkdtemp(join(tmpdir(), 'kd-docker-engine-'));
after(() => rm(HOME, { recursive: true }));

const engine: RequestListener = ({ url }, answer) => {
  const answers: Readonly<Record<string, object>> = {
    '/version': { Version: '27.1', ApiVersion: '1.46' },
    '/images/kong:3.9/json': { Id: 'sha256:id', RepoDigests: ['kong@sha256:digest'] },
    '/images/mine/json': { Id: 'sha256:id', RepoDigests: [] },
  };
  const found = answers[url ?? ''];
  answer.writeHead(found ? 200 : 404).end(JSON.stringify(found ?? { message: 'no such thing' }));
};

/** A certificate that vouches for itself, on either side. */
async function identity(): Promise<{ folder: string; cert: string; key: string }> {
  const { cert, key } = selfSigned();
  const folder = await mkdtemp(join(HOME, 'certificates-'));
  await writeCertificates(folder, { 'ca.pem': cert, 'cert.pem': cert, 'key.pem': key });
  return { folder, cert, key };
}

function said(answer: DockerAnswer): string {
  assert.ok(!answer.answers, 'it answers');
  return `${answer.error.message} → ${answer.error.hint}`;
}

const at = (port: number, certFolder?: string) => ({
  HOME,
  DOCKER_HOST: `tcp://localhost:${port}`,
  ...(certFolder === undefined ? {} : { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certFolder }),
});

test('Docker engine - its version, and the digest or else the id of an image', async () => {
  const server = await listenLocally(createServer(engine));
  try {
    const answer = await askDocker(at(server.port));
    assert.ok(answer.answers);
    assert.deepEqual([answer.version, answer.apiVersion], ['27.1', '1.46']);
    const digest = (image: string) => digestOfImage(image, answer.endpoint);
    assert.equal(await digest('kong:3.9'), 'sha256:digest');
    assert.equal(await digest('mine'), 'sha256:id');
    assert.equal(await digest('nowhere'), undefined);
  } finally {
    await server.close();
  }
});

test('Docker engine - over TLS, where either side knows the other', async () => {
  const { folder, cert, key } = await identity();
  const server = await listenLocally(
    createTlsServer({ cert, key, ca: cert, requestCert: true, rejectUnauthorized: true }, engine),
  );
  try {
    const answer = await askDocker(at(server.port, folder));
    assert.ok(answer.answers, JSON.stringify(answer));
    const stranger = await identity();
    assert.match(
      said(await askDocker(at(server.port, stranger.folder))),
      /its certificate does not come from the authority in ca\.pem, or is out of date → see ca\.pem in \S+, or correct/,
    );
    await writeCertificates(stranger.folder, { 'ca.pem': cert });
    assert.match(
      said(await askDocker(at(server.port, stranger.folder))),
      /it refuses this client with its certificate → see cert\.pem and key\.pem in \S+, or correct/,
    );
    assert.match(
      said(await askDocker({ ...at(server.port, folder), DOCKER_HOST: `tcp://127.0.0.1:${server.port}` })),
      /its certificate is for another name than that of the address → use a name that its certificate has/,
    );
    await writeCertificates(stranger.folder, { 'cert.pem': 'no certificate' });
    assert.match(
      said(await askDocker(at(server.port, stranger.folder))),
      /the certificates for it cannot be read → see ca\.pem, cert\.pem and key\.pem in /,
    );
  } finally {
    await server.close();
  }
});

test('Docker engine - TLS to one that speaks none, and none to one that speaks TLS', async () => {
  const { folder } = await identity();
  const plain = await listenLocally(createServer(engine));
  const secured = await listenLocally(
    createServer((_, answer) =>
      answer.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'),
    ),
  );
  try {
    assert.match(
      said(await askDocker(at(plain.port, folder))),
      /it speaks no TLS → take the certificates away/,
    );
    assert.match(
      said(await askDocker(at(secured.port))),
      /it speaks TLS only → set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca\.pem/,
    );
  } finally {
    await plain.close();
    await secured.close();
  }
});

test('Docker engine - nobody there, nobody of that name, nobody who answers, nobody who is an engine', async () => {
  const socket = join(HOME, 'silent.sock');
  const silent = createSocketServer().listen(socket);
  const other = await listenLocally(createServer((_, answer) => answer.end('hello')));
  const file = join(HOME, 'file.sock');
  await writeFile(file, '');
  try {
    const named = async (DOCKER_HOST: string) => said(await askDocker({ HOME, DOCKER_HOST }, 300));
    assert.match(
      await named(`unix://${HOME}/no.sock`),
      /there is no such socket → start that engine, or correct/,
    );
    assert.match(
      await named(`unix://${file}`),
      /nothing listens there → start that engine, or correct or unset DOCKER_HOST/,
    );
    assert.match(await named('tcp://127.0.0.1:1'), /nothing listens there → start that engine/);
    assert.match(await named('tcp://nowhere.invalid:1'), /no host has that name → see whether its name/);
    assert.match(await named(`unix://${socket}`), /it does not answer → see whether Docker still runs/);
    assert.match(
      await named(`tcp://127.0.0.1:${other.port}`),
      /it is no Docker engine: expected a version, got "hello" → see docker version, or correct/,
    );
  } finally {
    silent.close();
    await other.close();
  }
});
