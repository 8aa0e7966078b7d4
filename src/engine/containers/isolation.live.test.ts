/** The lab has no way out: whatever Kong's configuration names, no packet leaves, and every name leads to the echo. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { BlockList, isIPv4 } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminApi } from '../../system/admin-api.js';
import { systemClock } from '../../system/clock.js';
import { http } from '../../system/http.js';
import { randomHex } from '../../system/random.js';
import { docker, dockerMissing } from '../../testing/docker.js';
import { packetsHidden, watchPackets } from '../../testing/packets.js';
import { planOf, topologyOf } from '../contract/opened.js';
import type { KongNode, Lab } from '../engine.js';
import { containersEngine } from './engine.js';

const clock = systemClock();
const limitMs = 180_000;
/** Addresses that are kept for documentation: nobody's. */
const foreign = ['192.0.2.77', '198.51.100.77', '203.0.113.77'];

test(
  'isolation - foreign hosts, addresses, log servers and health checks: nothing leaves',
  { timeout: limitMs },
  async (context) => {
    const why = (await dockerMissing()) ?? packetsHidden();
    if (why) {
      context.skip(why);
      return;
    }
    const word = `kd${randomHex(6)}`;
    await withLab(`isolation-${word}`, async (lab, runId) => {
      const watch = await watchPackets(word, foreign);
      try {
        const [node] = lab.kong;
        assert.ok(node);
        const paths = await fillWithForeigners(node, word);
        const named = [`shop.${word}.example`, `secure.${word}.example`];
        const bodies = await callFor(8_000, named, { node, paths });
        for (const [name, tls] of [
          ['shop', false],
          ['secure', true],
        ] as const) {
          const answered = bodies.filter((body) => body.includes(`${name}.${word}.example`));
          const echoed = answered.map((body) => (JSON.parse(body) as { tls?: unknown }).tls);
          assert.deepEqual([...new Set(echoed)], [tls], `${name}: the name leads to the echo`);
        }
        const [inside] = await namesOf('network', runId, 'inside');
        const [kong] = await namesOf('container', runId, 'kong-1');
        assert.ok(inside && kong);
        const found = await docker(['exec', kong, 'getent', 'ahostsv4', `libc.${word}.example`]).catch(
          () => 'no such name',
        );
        const subnet = (
          await docker(['network', 'inspect', inside, '--format', '{{(index .IPAM.Config 0).Subnet}}'])
        ).trim();
        const [range = '', length] = subnet.split('/');
        const network = new BlockList();
        network.addSubnet(range, Number(length));
        assert.ok(found === 'no such name' || network.check(found.split(/\s/)[0] ?? ''), found);

        const bridge = `br-${(await docker(['network', 'inspect', inside, '--format', '{{.Id}}'])).slice(0, 12)}`;
        const within = watch.sightings.filter((seen) => seen.interface === bridge || seen.bridge === bridge);
        assert.ok(
          within.some(({ what }) => what.startsWith('DNS question')),
          'the watch sees what stays inside, so it would see what does not',
        );
        assert.deepEqual(
          watch.sightings.filter((seen) => !within.includes(seen)),
          [],
        );
        assert.deepEqual(
          within.filter(({ what }) => what.startsWith('packet')),
          [],
        );
        const ownAddresses = Object.values(networkInterfaces()).flatMap(
          (all) => all?.map(({ address }) => address) ?? [],
        );
        assert.deepEqual(
          ownAddresses.filter((address) => isIPv4(address) && network.check(address)),
          [],
          'this machine itself has no address inside',
        );
      } finally {
        await watch.stop();
      }
    });
  },
);

/** Everything by which Kong calls somebody of itself, or on request. @returns paths that lead to strangers. */
async function fillWithForeigners(node: KongNode, word: string): Promise<string[]> {
  const admin = adminApi(node.adminUrl, node.adminHeaders);
  const add = async (path: string, body: object): Promise<void> => {
    const answer = await admin.call('POST', path, body as never);
    assert.equal(answer.status, 201, `${path}: ${answer.text}`);
  };
  const hosts = [`shop.${word}.example`, `secure.${word}.example`, ...foreign, `up-${word}`];
  const checks = {
    healthchecks: {
      active: { type: 'tcp', healthy: { interval: 1 }, unhealthy: { interval: 1, tcp_failures: 1 } },
    },
  };
  await add('/upstreams', { name: `up-${word}`, ...checks });
  for (const target of [`target.${word}.example:8080`, `${foreign[0] ?? ''}:80`])
    await add(`/upstreams/up-${word}/targets`, { target });
  for (const [at, host] of hosts.entries()) {
    const protocol = at === 1 ? 'https' : 'http';
    await add('/services', {
      name: `s${at}`,
      protocol,
      host,
      port: 8_081,
      retries: 0,
      connect_timeout: 1_000,
    });
    await add(`/services/s${at}/routes`, { name: `r${at}`, paths: [`/p${at}`] });
  }
  const log = { http_endpoint: `http://log.${word}.example/in`, timeout: 1_000, keepalive: 1_000 };
  await add('/plugins', { name: 'http-log', config: log });
  await add('/plugins', { name: 'tcp-log', config: { host: foreign[1], port: 9_000, timeout: 1_000 } });
  await add('/plugins', { name: 'udp-log', config: { host: foreign[2], port: 9_001, timeout: 1_000 } });
  await add('/plugins', { name: 'syslog', config: { log_level: 'info' } });
  return hosts.map((_, at) => `/p${at}`);
}

/** At least so long, and until each of the names was answered for: Kong takes seconds to learn its routes. */
async function callFor(
  durationMs: number,
  names: readonly string[],
  { node, paths }: { readonly node: KongNode; readonly paths: readonly string[] },
): Promise<string[]> {
  const beganMs = clock.nowMs();
  const bodies: string[] = [];
  const isAnswered = (name: string): boolean => bodies.some((body) => body.includes(name));
  const passedMs = (): number => clock.nowMs() - beganMs;
  while (passedMs() < durationMs || (!names.every(isAnswered) && passedMs() < limitMs / 3)) {
    const answers = await Promise.allSettled(
      paths.map((path) => http({ url: `${node.proxyUrl}${path}`, limitMs: 5_000 })),
    );
    for (const answer of answers)
      if (answer.status === 'fulfilled' && answer.value.status === 200) bodies.push(answer.value.body);
    await clock.sleep(200);
  }
  return bodies;
}

async function namesOf(kind: 'network' | 'container', runId: string, part: string): Promise<string[]> {
  const list =
    kind === 'network' ? ['network', 'ls', '--format', '{{.Name}}'] : ['ps', '--format', '{{.Names}}'];
  const names = await docker([...list, '--filter', `label=com.kong-drill.run=${runId}`]);
  return names.split('\n').filter((name) => name.includes(part));
}

async function withLab(runId: string, use: (lab: Lab, runId: string) => Promise<void>): Promise<void> {
  const signal = AbortSignal.timeout(limitMs);
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-isolation-'));
  const engine = containersEngine();
  const topology = topologyOf({ engine: () => engine, leftovers: () => Promise.resolve([]) });
  const readiness = await engine.prepare(planOf(topology, []), signal);
  const spec = { topology, readiness, clock, drillFolder: folder, onSecret: () => undefined };
  const lab = await engine.open({ ...spec, runId, caseId: 'isolation', logFolder: join(folder, 'logs') });
  try {
    await lab.postgres.provision({ address: 'same' }, signal);
    const migrated = await lab.tool({
      tool: 'kong',
      args: () => ['migrations', 'bootstrap'],
      limitMs,
      signal,
    });
    assert.ok(migrated.ok, migrated.stderr);
    await lab.kong[0]?.provision({}, signal);
    await use(lab, runId);
  } finally {
    await lab[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  }
}
