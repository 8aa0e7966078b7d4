import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { redactLogs } from './redact-logs.js';
import { createRedactor, redactedMark } from './redaction.js';

const secret = 'pä ss/w+rd"\\1?&';

for (const [encoding, text] of [
  ['raw', `password is ${secret}.`],
  ['URL-encoded', `http://x/?p=${encodeURIComponent(secret)}`],
  ['form-encoded', `p=${encodeURIComponent(secret).replaceAll('%20', '+')}&q=1`],
  ['JSON', `{"p":${JSON.stringify(secret)}}`],
  ['JSON within JSON', JSON.stringify({ p: JSON.stringify(secret) })],
  ['hexadecimal', `\\x${Buffer.from(secret).toString('hex')}`],
  ['base64', Buffer.from(secret).toString('base64')],
  ['base64 behind one byte', Buffer.from(`:${secret}!!`).toString('base64')],
  ['base64 behind a user', Buffer.from(`ab:${secret}`).toString('base64')],
  ['XML', `<p>pä ss/w+rd&quot;\\1?&amp;</p>`],
  ['base64url', Buffer.from(`us:${secret}x`).toString('base64url')],
] as const) {
  test(`redaction - a known secret, ${encoding}`, () => {
    const redacted = createRedactor([secret]).redact(text);
    assert.ok(redacted.includes(redactedMark), redacted);
    assert.ok(!redacted.includes(secret));
    assert.notEqual(redacted, text);
  });
}

test('redaction - a hash in hexadecimal, in the other case and by its bytes', () => {
  const hash = '5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8';
  const redactor = createRedactor([hash]);
  const bytes = Buffer.from(hash, 'hex');
  for (const form of [
    hash.toUpperCase(),
    bytes.toString('base64').replace('=', ''),
    bytes.toString('base64url'),
  ])
    // The last character also holds bits of what stands behind.
    assert.match(redactor.redact(`{SHA}${form}.`), /^\{SHA\}\[redacted\].?\.$/);
});

test('redaction - no known secret is left, whatever it is and wherever it stands', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), text, text, (hidden, before, after) => {
      fc.pre(!redactedMark.includes(hidden));
      const redactor = createRedactor([hidden]);
      assert.ok(!redactor.redact(before + hidden + after).includes(hidden));
      const basic = Buffer.from(`${before}:${hidden}`).toString('base64');
      assert.ok(!Buffer.from(redactor.redact(basic), 'base64').toString('utf8').includes(`:${hidden}`));
    }),
  );
});

test('redaction - a text without secrets stays as it is', () => {
  const redactor = createRedactor(['correct-horse']);
  const text = 'GET http://127.0.0.1:8000/orders?page=2 answered 200 in 3 ms; user:role';
  assert.equal(redactor.redact(text), text);
});

test('redaction - a secret too short to look for is hidden where it is the whole text', () => {
  const redactor = createRedactor(['abc', '']);
  assert.equal(redactor.redact('abc'), redactedMark);
  assert.equal(redactor.redact('abcd'), 'abcd');
});

test('redaction - the longer of two secrets that begin alike is hidden whole', () => {
  assert.equal(createRedactor(['token', 'token-of-root']).redact('x token-of-root y'), `x ${redactedMark} y`);
});

for (const [what, text, hidden] of [
  ['private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----', 'MIIB'],
  ['private key, cut off', 'x -----BEGIN PRIVATE KEY-----\\nMIIB', 'MIIB'],
  ['URL with a password', 'postgres://kong:s3cr3t@127.0.0.1:5432/kong', 's3cr3t'],
  ['connection string', "host=127.0.0.1 password='a b' dbname=kong", 'a b'],
  ['environment', 'PGPASSWORD=s3cr3t pg_dump', 's3cr3t'],
  ['environment of another program', 'POSTGRES_PASSWORD=s3cr3t postgres', 's3cr3t'],
  ['JSON with a quote in it', String.raw`{"password": "x\" s3cr3t"}`, 's3cr3t'],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ password: 's3c\\r3t', user: 'kong' })), 'r3t'],
  ['URL in a URL', encodeURIComponent('postgres://ko ng:s3 cr3t@127.0.0.1/kong'), 'cr3t'],
  ['connection string in a URL', encodeURIComponent('host=db password="s3cr3t"'), 's3cr3t'],
  ['authorization header', 'Authorization: Basic a29uZzprb25n', 'a29uZzprb25n'],
  ['admin token', 'Kong-Admin-Token: letmein', 'letmein'],
  ['secret in the environment', 'AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI', 'wJalr'],
  ['token in the environment', 'VAULT_TOKEN=letmein', 'letmein'],
  ['key in the environment', 'export API_KEY="let me in"', 'me in'],
  ['header of a vault', '> X-Vault-Token: letmein', 'letmein'],
  ['header with a key', "curl -H 'x-api-key: letmein'", 'letmein'],
  ['authorization by a token', 'Authorization: Token letmein', 'letmein'],
  ['authorization without a scheme', 'authorization: 0123456789abcdef', '0123456789abcdef'],
  ['token of GitHub', `cloning as ghp_${'a1'.repeat(18)}`, 'a1a1'],
  ['JWT', `it is eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl.`, 'c2lnbmF0dXJl'],
  ['key-auth', 'apikey: let-me-in', 'let-me-in'],
  ['YAML', 'user: kong\nsecret: letmeinplease\nport: 1', 'letmeinplease'],
  ['JSON with a client', '{"client_secret":"letmein","n":1}', 'letmein'],
  ['secret in JSON in JSON', JSON.stringify(JSON.stringify({ client_secret: 'letmein' })), 'letmein'],
  ['token in a URL', 'https://example/?access_token=letmein&page=2', 'letmein'],
  ['token in a URL in a URL', encodeURIComponent('https://example/?token=letmein'), 'letmein'],
] as const) {
  test(`redaction - ${what}, although nobody named it`, () => {
    const redacted = createRedactor().redact(text);
    assert.ok(!redacted.includes(hidden), redacted);
    assert.ok(redacted.includes(redactedMark));
  });
}

for (const text of [
  'keys: 12, tokens: 4096, max_token=4096, token: 17',
  '{"token":4096,"secret":null,"secrets":["a"],"keys":3}',
  'schema violation (secret: required field missing)',
  'topology.kong.adminToken: expected the token in the environment variable T, got nothing',
  'unexpected token: see line 3; the secret: nobody knows.',
  'key-auth, hmac-auth_credentials, jwt_secrets: 3 added, 1 changed',
  'Authorization: required',
  'tokenizer: gpt-like, secretary: Jane-Smith-2',
]) {
  test(`redaction - what only sounds like one stays: ${text}`, () => {
    assert.equal(createRedactor().redact(text), text);
  });
}

test('redaction - cost stays linear in what almost is a secret', () => {
  for (const part of [
    'secret: ',
    'token=',
    'x-a-',
    'api_key":"',
    'eyJaaaaaaaa.',
    '"secret":"\\\\',
    'secret%3A%20',
  ]) {
    const began = performance.now();
    createRedactor().redact(part.repeat(1_000_000 / part.length));
    assert.ok(performance.now() - began < 5_000, part);
  }
});

test('redaction - our own vocabulary stays, values at any depth do not', () => {
  const event = { kind: 'note', phase: 'failed', text: 'failed', inner: [{ deep: ['x failed y', 7] }] };
  assert.deepEqual(createRedactor(['failed']).redactDeep(event), {
    kind: 'note',
    phase: 'failed',
    text: redactedMark,
    inner: [{ deep: [`x ${redactedMark} y`, 7] }],
  });
});

test('redaction - a secret of the configuration is hidden in prose, and leaves names and figures alone', () => {
  const redactor = createRedactor();
  redactor.addToProse('orders');
  const event = { kind: 'artifact', name: 'orders', faults: ['no orders'], drill: { name: 'orders', n: 1 } };
  assert.deepEqual(redactor.redactDeep(event), { ...event, faults: [`no ${redactedMark}`] });
  assert.equal(redactor.redact('orders'), redactedMark);
});

test('redaction - logs, line by line, whatever the bytes', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'redact-logs-'));
  context.after(() => rm(folder, { recursive: true }));
  const bytes = Buffer.concat([Buffer.from('key=hunter2-of-mine\n'), Buffer.from([0xff, 0xfe, 10])]);
  await writeFile(join(folder, 'kong-1.log'), bytes);
  await redactLogs(folder, createRedactor(['hunter2-of-mine']));
  assert.deepEqual(await readdir(folder), ['kong-1.log']);
  assert.equal(await readFile(join(folder, 'kong-1.log'), 'utf8'), `key=${redactedMark}\n\ufffd\ufffd\n`);
});

test('redaction - cost stays bounded with 20,000 secrets that begin alike', () => {
  const redactor = createRedactor(
    Array.from({ length: 20_000 }, (_, i) => `consumer-key-${i}-${'k'.repeat(20)}`),
  );
  const began = performance.now();
  redactor.redact('consumer-key-'.repeat(20_000));
  assert.ok(performance.now() - began < 20_000);
});

test('redaction - the first half of a secret that was cut off is hidden as well', () => {
  const redactor = createRedactor(['hunter2-of-mine']);
  assert.equal(redactor.redact('got 400 key hunter2-of…'), `got 400 key ${redactedMark}…`);
  assert.equal(redactor.redact('hunt is on…'), 'hunt is on…');
});

test('redaction - logs: a line without an end, and a secret of several lines, in blocks', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'redact-blocks-'));
  context.after(() => rm(folder, { recursive: true }));
  const lines = 'first line of a key\nsecond line of it\nthird';
  const long = 'x'.repeat(3_000_000);
  // One lies across each place where a block could end.
  const text = Array.from({ length: 40 }, (_, place) => `${long.slice(0, 60_000 + place)}${lines}`).join('');
  await writeFile(join(folder, 'kong.log'), text);
  await redactLogs(folder, createRedactor([lines]));
  const redacted = await readFile(join(folder, 'kong.log'), 'utf8');
  assert.equal(redacted, text.replaceAll(lines, redactedMark));
});
