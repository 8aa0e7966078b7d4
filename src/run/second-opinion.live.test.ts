import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Lab, SeenByTool } from '../engine/engine.js';
import type { JsonObject } from '../model/entity.js';
import type { NewEvent, Opinion } from '../model/journal.js';
import { TestPostgres } from '../standin/testing/postgres.js';
import { TestStandin } from '../standin/testing/standin.js';
import { adminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import { findProgram, runCommand } from '../system/command.js';
import type { CaseContext } from './case-context.js';
import { askDeck, referenceForDeck } from './second-opinion.js';

const deck = process.env.KONG_DRILL_DECK ?? findProgram('deck');
const skip = deck === undefined ? 'no decK: put it on PATH, or name it in KONG_DRILL_DECK' : false;
const mark = 'kd-0a1b2c';

let postgres: TestPostgres;
let kong: TestStandin;
let folder: string;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'kd-test-opinion-'));
  postgres = await TestPostgres.start();
  kong = await TestStandin.prepare(postgres.port);
  await kong.run('migrations', 'bootstrap');
  await kong.start();
});

after(async () => {
  if (skip) return;
  await kong[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test(
  'second opinion - decK itself finds what was changed, and nothing of the runner’s own',
  { skip },
  async () => {
    await make('/services', { name: 'shop', url: 'http://127.0.0.1:9/base' });
    await make('/services/shop/routes', { name: 'open', paths: ['/open'] });
    await make('/consumers', { username: 'alice' });
    await make('/consumers/alice/key-auth', { key: 'key-of-alice', ttl: 5_000 });
    await make('/consumers', { username: `${mark}-holder` });
    const recorded: NewEvent[] = [];
    const context = contextOf(recorded);
    const reference = await referenceForDeck(context);
    assert.ok(reference, JSON.stringify(recorded));

    await adminApi(kong.admin).call('DELETE', '/services/shop/routes/open');
    await make('/consumers', { username: 'mallory' });
    await make(`/consumers/${mark}-holder/key-auth`, { key: `${mark}-late` });
    await askDeck(reference, context, { mark });

    assert.equal(recorded.length, 1);
    const [said] = recorded;
    assert.ok(said?.kind === 'second-opinion' && said.error === undefined, JSON.stringify(said));
    const changed = said.kinds
      .filter(({ kind }) => kind !== 'key-auth')
      .filter((kind) => kind.first.length > 0);
    assert.deepEqual(changed.map(({ kind, first }) => [kind, first]).sort(), [
      ['consumers', ['deleted consumer mallory']],
      ['routes', ['created route open']],
    ]);
    const keys = said.kinds.find(({ kind }) => kind === 'key-auth');
    assert.deepEqual(withoutTheClock(keys), { kind: 'key-auth', held: 1, created: 0, deleted: 0 });
  },
);

/** Whether the `ttl` has counted down between dump and diff is a matter of the moment. */
function withoutTheClock(keys: Opinion | undefined): unknown {
  assert.ok(keys && keys.updated <= 1);
  const { kind, held, created, deleted } = keys;
  return { kind, held, created, deleted };
}

async function make(path: string, body: JsonObject): Promise<void> {
  const answer = await adminApi(kong.admin).call('POST', path, body);
  assert.equal(answer.status, 201, `${path}: ${answer.text}`);
}

/** A lab that is nothing but this Kong, and this machine's decK. */
function contextOf(recorded: NewEvent[]): CaseContext {
  const seen = { path: (file: string) => file, adminUrl: () => kong.admin } as SeenByTool;
  const tool: Lab['tool'] = ({ args, limitMs, signal }) =>
    runCommand([deck ?? '', ...args(seen)], { limitMs, signal });
  const context = {
    lab: { tool },
    readiness: { tools: new Set(['deck']) },
    plan: { limits: { stepMs: 60_000 }, topology: { workspaces: ['default'] } },
    workFolder: folder,
    secretKey: 'a key',
    clock: systemClock(),
    signal: new AbortController().signal,
    record: (event: NewEvent) => void recorded.push(event),
  };
  return context as unknown as CaseContext;
}
