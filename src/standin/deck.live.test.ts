import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { TestPostgres } from './testing/postgres.js';
import { TestStandin } from './testing/standin.js';

const run = promisify(execFile);

/** From KONG_DRILL_DECK, else from PATH. */
function findDeck(): string | undefined {
  const named = process.env.KONG_DRILL_DECK;
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'deck'));
  return [...(named === undefined ? [] : [named]), ...candidates].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const state = `_format_version: "3.0"
services:
  - name: shop
    url: http://shop.internal:8080/api
    tags: [team-a]
    routes:
      - name: shop-route
        paths: [/shop, "~/shops/\\\\d+$"]
        headers: { x-env: [dev] }
        plugins:
          - name: key-auth
    plugins:
      - name: request-termination
        enabled: false
        config: { status_code: 503, message: closed }
upstreams:
  - name: shop.internal
    targets:
      - target: 10.0.0.1:80
        weight: 50
      - target: 10.0.0.2:80
consumers:
  - username: ann
    custom_id: a-1
    keyauth_credentials: [{ key: ann-key }]
    basicauth_credentials: [{ username: ann, password: secret }]
    acls: [{ group: admins }]
    jwt_secrets: [{ key: iss, secret: s3, algorithm: HS256 }]
    hmacauth_credentials: [{ username: ann, secret: s4 }]
plugins:
  - name: correlation-id
    config: { header_name: X-C }
vaults:
  - name: env
    prefix: my-env
    config: { prefix: SEC_ }
`;

const deck = findDeck();
const skip = deck !== undefined || process.env.CI ? false : 'no deck on PATH, and KONG_DRILL_DECK is not set';

describe('decK - works against the stand-in', { skip }, () => {
  let postgres: TestPostgres;
  let standin: TestStandin;
  let folder: string;
  let isNew: boolean;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'standin-deck-'));
    postgres = await TestPostgres.start();
    standin = await TestStandin.prepare(postgres.port);
    await standin.run('migrations', 'bootstrap');
    await standin.start();
    const help = await run(deck ?? 'deck', ['gateway', '--help']).catch(() => undefined);
    isNew = help?.stdout.includes('dump') ?? false;
  });

  after(async () => {
    await standin[Symbol.asyncDispose]();
    await postgres[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  beforeEach(() => ask('reset', ['--force']));

  /** One command in the words of the old or the new command line; rejects unless it exits 0. */
  async function ask(command: string, args: string[], file?: string): Promise<string> {
    const common = ['--kong-addr', standin.admin, '--analytics=false', '--no-color'];
    const files = file === undefined ? [] : isNew ? [file] : ['-s', file];
    const words = isNew ? ['gateway', command] : [command];
    const { stdout } = await run(deck ?? 'deck', [...words, ...common, ...args, ...files], { cwd: folder });
    return stdout;
  }

  async function dump(name: string, ...args: string[]): Promise<string> {
    const path = join(folder, name);
    rmSync(path, { force: true });
    await ask('dump', ['--output-file', path, ...(isNew ? [] : ['--yes']), ...args]);
    return readFileSync(path, 'utf8');
  }

  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };

  test('ping - reaches it', async () => {
    assert.match(await ask('ping', []), /Kong version: +3\.9\.3/);
  });

  test('sync, then diff - no difference is left', async () => {
    const file = write('state.yaml', state);
    assert.match(await ask('sync', [], file), /Created: 15/);
    assert.match(await ask('diff', ['--non-zero-exit-code'], file), /Created: 0[^]*Updated: 0[^]*Deleted: 0/);
  });

  test('dump, reset, sync - the dump is the same again but for the password, which is hashed twice', async () => {
    await ask('sync', [], write('state.yaml', state));
    const before = await dump('before.yaml', '--with-id');
    await ask('reset', ['--force']);
    assert.doesNotMatch(await dump('empty.yaml'), /shop/);
    await ask('sync', [], join(folder, 'before.yaml'));
    const again = await dump('again.yaml', '--with-id');
    const password = /password: (\w+)/;
    assert.notEqual(password.exec(again)?.[1], password.exec(before)?.[1]);
    assert.equal(again.replace(password, ''), before.replace(password, ''));
  });

  test('select tag - leaves the rest alone', async () => {
    await ask('sync', [], write('state.yaml', state));
    assert.match(await dump('tagged.yaml', '--select-tag', 'team-a'), /shop/);
    const nothing = write('nothing.yaml', '_format_version: "3.0"\n');
    assert.match(await ask('sync', ['--select-tag', 'other'], nothing), /Deleted: 0/);
  });

  test('database gone - decK fails', async () => {
    await postgres.stop();
    await assert.rejects(dump('lost.yaml'), /unexpected error happened/);
    await postgres.resume();
  });
});
