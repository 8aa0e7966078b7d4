import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askDocker } from '../system/docker-engine.js';
import { dockerFinding, nodeFinding } from './doctor.js';

test('doctor - versions of Node that work', () => {
  const good = ['20.20.2', '22.12.0', '24.1.0'].map((version) => nodeFinding(version).isGood);
  const bad = ['18.20.0', '20.19.0', '21.7.0', '22.11.0'].map((version) => nodeFinding(version).isGood);
  assert.deepEqual(good, [true, true, true]);
  assert.deepEqual(bad, [false, false, false, false]);
});

test('doctor - Docker that is too old, and Docker that does not answer', () => {
  const answer = (apiVersion: string) => dockerFinding({ answers: true, version: '20', apiVersion });
  assert.ok(answer('1.41').isGood);
  assert.ok(answer('1.100').isGood);
  assert.equal(answer('1.9').isGood, false);
  const silent = dockerFinding({ answers: false, reason: 'no socket' });
  assert.match(silent.found, /no socket/);
  assert.match(silent.remedy ?? '', /start Docker/);
});

test('doctor - Docker asked through its socket where there is no docker program', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-docker-'));
  const socket = join(folder, 'docker.sock');
  const server = createServer((_, answer) => answer.end('{"Version":"27.1","ApiVersion":"1.46"}'));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  try {
    const environment = { PATH: folder, DOCKER_HOST: `unix://${socket}` };
    assert.deepEqual(await askDocker(environment), { answers: true, version: '27.1', apiVersion: '1.46' });
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
  const gone = await askDocker({ PATH: folder, DOCKER_HOST: `unix://${socket}` });
  assert.equal(gone.answers, false);
});
