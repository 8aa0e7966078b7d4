/** An engine that is named in other ways than by the usual socket is the one that is used, from the first question to the clean-up. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCommand } from '../../system/command.js';
import { dockerEndpoint } from '../../system/docker-endpoint.js';
import { environment } from '../../system/environment.js';
import type { Environment } from '../../system/environment.js';
import { randomHex } from '../../system/random.js';
import { selfSigned } from '../../standin/proxy/self-signed.js';
import { dockerMissing } from '../../testing/docker.js';
import { writeCertificates, writeContexts } from '../../testing/docker-contexts.js';
import { dockerRelay } from '../../testing/docker-relay.js';
import type { DockerRelay, RelaySetup } from '../../testing/docker-relay.js';
import { topologyOf } from '../contract/opened.js';
import { containersEngine } from './engine.js';

const timeout = 60_000;
const skip = (await dockerMissing()) ?? false;
const engine = (await dockerEndpoint(environment())).host.replace('unix://', '');
const top = await mkdtemp(join(tmpdir(), 'kd-endpoint-'));
after(() => rm(top, { recursive: true }));

test('endpoint - the Docker context in use, by the socket that it names', { skip, timeout }, async () => {
  const DOCKER_CONFIG = await mkdtemp(join(top, 'config-'));
  await using relay = await relayAt(join(DOCKER_CONFIG, 'docker.sock'));
  await writeContexts(DOCKER_CONFIG, { relay: relay.host }, 'relay');
  await worksThrough(relay, { DOCKER_CONFIG });
});

test('endpoint - DOCKER_HOST over TLS, with certificates on both sides', { skip, timeout }, async () => {
  const DOCKER_CERT_PATH = await mkdtemp(join(top, 'certificates-'));
  const identity = selfSigned();
  await writeCertificates(DOCKER_CERT_PATH, filesOf(identity));
  await using relay = await relayAt(identity);
  await worksThrough(relay, { DOCKER_HOST: relay.host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH });
});

const relayAt = (at: RelaySetup['at']): Promise<DockerRelay> => dockerRelay({ engine, at });

const filesOf = ({ cert, key }: { cert: string; key: string }) => ({
  'ca.pem': cert,
  'cert.pem': cert,
  'key.pem': key,
});

/** In a process of its own, for testcontainers keeps the engine that it found first: a lab is opened, and Postgres comes up in it. */
async function worksThrough(relay: DockerRelay, named: Environment): Promise<void> {
  const topology = topologyOf({ engine: () => containersEngine(), leftovers: () => Promise.resolve([]) });
  const source = `
    const { containersEngine } = await import(${JSON.stringify(new URL('./engine.js', import.meta.url).href)});
    const { systemClock } = await import(${JSON.stringify(new URL('../../system/clock.js', import.meta.url).href)});
    const lab = await containersEngine().open({
      runId: 'endpoint-${randomHex(4)}', caseId: 'endpoint', topology: ${JSON.stringify(topology)}, drillFolder: ${JSON.stringify(top)},
      logFolder: ${JSON.stringify(join(top, 'logs'))}, clock: systemClock(), onSecret: () => undefined,
    });
    try {
      await lab.postgres.provision({ address: 'same' }, AbortSignal.timeout(${timeout}));
      console.log((await lab.postgres.state(AbortSignal.timeout(${timeout}))).running);
    } finally {
      await lab[Symbol.asyncDispose]();
    }
    process.exit();
  `;
  const unnamed = { DOCKER_HOST: undefined, DOCKER_TLS_VERIFY: undefined, DOCKER_CERT_PATH: undefined };
  const ended = await runCommand([process.execPath, '--input-type=module', '-e', source], {
    env: { ...unnamed, ...named },
    limitMs: timeout,
  });
  assert.ok(ended.ok, ended.stderr);
  assert.equal(ended.stdout.trim(), 'true');
  const times = (what: RegExp) => relay.asked.filter((line) => what.test(line)).length;
  const created = times(/^POST \/containers\/create$/);
  assert.ok(created >= 3, relay.asked.join('\n'));
  assert.equal(times(/^DELETE \/containers\//), created, 'what was made through it was removed through it');
}
