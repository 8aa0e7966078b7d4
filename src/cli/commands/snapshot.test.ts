import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import { readSnapshot } from '../../parity/snapshot-file.js';
import { selfSigned } from '../../standin/proxy/self-signed.js';
import { adminServer } from '../../testing/kong-admin-server.js';
import { inProcess } from '../testing/in-process.js';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-snapshot-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const key = { KONG_DRILL_SNAPSHOT_KEY: 'a key that nobody guesses' };
const consumers = Array.from({ length: 5 }, (_, n) => ({ id: `c${n}`, username: `user-${n}` }));
const shop = {
  '/workspaces': [
    { id: 'w1', name: 'default' },
    { id: 'w2', name: 'team a' },
  ],
  '/default/consumers': consumers,
  '/team%20a/key-auths': [{ id: 'k', key: 'the-secret-of-a', consumer: { id: 'c1' } }],
};

test('snapshot - every page of every workspace, over TLS with a token, behind a path', async () => {
  const { cert, key: privateKey } = selfSigned();
  const tls = { cert, key: privateKey, ca: cert, requestCert: true, rejectUnauthorized: true };
  await using kong = await adminServer({ collections: shop, token: 'hush', tls, base: '/admin' });
  const [ca, keyFile, file] = ['ca.pem', 'key.pem', 'a.snapshot'].map((name) => join(folder, name));
  assert.ok(ca !== undefined && keyFile !== undefined && file !== undefined);
  await writeFile(ca, cert);
  await writeFile(keyFile, privateKey);
  const identity = ['--ca-cert', ca, '--client-cert', ca, '--client-key', keyFile];
  const whole = ['snapshot', `${kong.url}/`, '-o', file, ...identity, '--tls-server-name', 'localhost'];
  const { code, out } = await inProcess([...whole, '--json'], { ...key, KONG_ADMIN_TOKEN: 'hush' });
  assert.equal(code, 0);
  const { secretKeyId, entities } = JSON.parse(out) as { secretKeyId: string; entities: object };
  assert.deepEqual(entities, { workspaces: 2, consumers: 5, 'key-auth': 1 });
  const snapshot = readSnapshot(file);
  assert.equal(snapshot.secretKeyId, secretKeyId);
  assert.deepEqual(
    snapshot.entities.filter(({ kind }) => kind === 'key-auth').map(({ workspace }) => workspace),
    ['team a'],
  );
  const text = await readFile(file, 'utf8');
  assert.ok(!text.includes('the-secret-of-a') && !text.includes(key.KONG_DRILL_SNAPSHOT_KEY));
  assert.ok(kong.asked.every((request) => request.startsWith('GET ')));

  await writeFile(join(folder, 'headers'), 'Kong-Admin-Token: hush\n\n');
  const byHeader = ['--header', `@${join(folder, 'headers')}`, '--workspace', 'default'];
  const chosen = await inProcess([...whole, ...byHeader], key);
  assert.match(chosen.out, /consumers +5\n/);
  assert.doesNotMatch(chosen.out, /key-auth/);

  const trusting = ['snapshot', kong.url, '-o', file, '--insecure', ...identity.slice(2)];
  assert.equal((await inProcess(trusting, { ...key, KONG_ADMIN_TOKEN: 'hush' })).code, 0);
  await refused([...whole, ...byHeader.slice(0, 2), '--workspace', 'gone'], /"gone", got default, team a/);
  await refused(whole, /asks for a token \(401\)/);
  await refused(['snapshot', kong.url, '-o', file], /expected Kong's Admin API, got .*certificate/);
});

test('snapshot - what could not be read is said, and the result inconclusive', async () => {
  const file = join(folder, 'partial.snapshot');
  const collections = { '/services': [{ id: 's' }], '/vaults': 403 };
  await using kong = await adminServer({ collections });
  const { code, err } = await inProcess(['snapshot', kong.url, '-o', file], key);
  assert.equal(code, 2);
  assert.match(err, /^Not read: vaults: GET \/vaults\?size=1000: expected 200, got 403/);
  assert.deepEqual(
    readSnapshot(file).unread.map(({ kind }) => kind),
    ['vaults'],
  );
});

test('snapshot - a key of the user is made once, and kept', async () => {
  const deck = join(folder, 'kong.yaml');
  await writeFile(deck, '_format_version: "3.0"\nconsumers: [{ username: a }]\n');
  const read = async (): Promise<string> => {
    const file = join(folder, 'own.snapshot');
    await inProcess(['snapshot', deck, '-o', file], { XDG_CONFIG_HOME: folder });
    return readSnapshot(file).secretKeyId;
  };
  assert.equal(await read(), await read());
  assert.match(await readFile(join(folder, 'kong-drill', 'snapshot.key'), 'utf8'), /^[0-9a-f]{64}\n$/);
});

test('snapshot - a mistake gets what was expected, what was found, and what to do', async () => {
  const file = join(folder, 'never');
  const packed = join(folder, 'a.gz');
  const short = join(folder, 'short');
  await writeFile(packed, Buffer.from([0x1f, 0x8b, 8]));
  await writeFile(short, 'guess me');
  const deck = join(folder, 'kong.yaml');
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['nowhere.yaml', '-o', file], /nowhere.yaml: expected admin-url.*got nothing of that name/],
    [['localhost:8001', '-o', file], /got nothing of that name; did you mean http:\/\/localhost:8001\?$/],
    [[packed, '-o', file], /packed with gzip/],
    [[deck], /expected -o FILE/],
    [[deck, deck, '-o', file], /expected <.*> only, got ".*kong\.yaml" as well/],
    [[deck, '-o', file, '--key-file', short], /at least 16 characters, got 8/],
    [[deck, '-o', file, '--key-file', join(folder, 'no')], /expected a key, got ENOENT/],
    [[deck, '-o', file, '--header', 'secret-without-name'], /expected NAME:VALUE, got 19/],
    [[deck, '-o', file, '--client-cert', short], /--client-cert without --client-key/],
    [[deck, '-o', file, '--timeout', 'soon'], /expected --timeout SECONDS, got "soon"/],
    [['http://127.0.0.1:1', '-o', file], /expected Kong's Admin API, got .*ECONNREFUSED/],
    [['postgres://me:hush@127.0.0.1:1/kong', '-o', file], /me@127.0.0.1:1\/kong: expected Kong's database/],
  ];
  for (const [words, message] of wrong) await refused(['snapshot', ...words], message);
});

test('snapshot - https towards a port that speaks no TLS, and the other way round', async () => {
  await using plain = await adminServer({ collections: {} });
  const asTls = plain.url.replace('http:', 'https:');
  await assert.rejects(inProcess(['snapshot', asTls, '-o', join(folder, 'never')], key), {
    message: `${asTls}: expected Kong's Admin API, got a port that speaks no TLS`,
    hint: `try ${plain.url}`,
  });
  const nginx = createServer((_, answer) =>
    answer.writeHead(400).end('400 The plain HTTP request was sent to HTTPS port'),
  );
  await new Promise<void>((listening) => nginx.listen(0, '127.0.0.1', listening));
  try {
    const where = `127.0.0.1:${(nginx.address() as AddressInfo).port}`;
    await assert.rejects(inProcess(['snapshot', `http://${where}`, '-o', join(folder, 'never')], key), {
      message: /got a port that speaks TLS$/,
      hint: `try https://${where}`,
    });
  } finally {
    nginx.close();
  }
});

async function refused(words: readonly string[], message: RegExp): Promise<void> {
  await assert.rejects(inProcess(words, key), (error: unknown) => {
    assert.ok(error instanceof DrillError, String(error));
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /hush|secret-without-name/);
    return error.hint !== '';
  });
}
