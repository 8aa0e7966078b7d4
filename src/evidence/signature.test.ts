import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { publicKeyOf, signingKeyIn } from './signature.js';

test('signing key - in one line, as a CI keeps a secret, it is the same key', () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const expected = publicKeyOf(pem);
  for (const between of ['', ' ', '\r\n']) assert.equal(publicKeyOf(pem.replaceAll('\n', between)), expected);
});

test('signing key - what is no key is refused, also in one line', () => {
  for (const wrong of [
    '-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----',
  ])
    assert.throws(() => publicKeyOf(wrong), { message: /^expected an Ed25519 private key in PEM: / });
});

test('signing key - an empty one is none, and so is what Azure leaves of a variable that is not set', () => {
  const given = (key: string) => signingKeyIn({ KONG_DRILL_SIGNING_KEY: key });
  assert.deepEqual(
    [signingKeyIn({}), given(''), given('$(KONG_DRILL_SIGNING_KEY)')],
    [undefined, undefined, undefined],
  );
  assert.equal(given('a key'), 'a key');
});
