import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsOf } from './environment-secrets.js';

const value = 'of-somebody';

for (const name of [
  'PGPASSWORD',
  'DB_PASS',
  'GPG_PASSPHRASE',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'VAULT_TOKEN',
  'apiKey',
  'API_KEYS',
  'GOOGLE_CREDENTIALS',
  'KONG_LICENSE_DATA',
  'MY_LICENCE',
  'DOCKER_AUTH_CONFIG',
  'PROXY_AUTHORIZATION',
  'DECK_HEADERS',
  'KONG_DRILL_SIGNING_KEY',
  'KONG_DRILL_SNAPSHOT_KEY',
]) {
  test(`secrets of the environment - ${name}`, () => {
    assert.deepEqual(secretsOf({ [name]: `${value}\n` }), [value]);
  });
}

for (const name of ['PATH', 'KEYBOARD_LAYOUT', 'KEYCLOAK_URL', 'GIT_AUTHOR_NAME', 'XAUTHORITY', 'LANG']) {
  test(`secrets of the environment - not ${name}`, () => assert.deepEqual(secretsOf({ [name]: value }), []));
}

test('secrets of the environment - neither words, nor paths of what there is, nor what is not set', () => {
  const environment = { AUTH_METHOD: 'approle', SSH_AUTH_SOCK: import.meta.filename, TOKEN: undefined };
  assert.deepEqual(secretsOf(environment), []);
});
