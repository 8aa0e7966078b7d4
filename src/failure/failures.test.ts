import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Failure } from '../model/drill-failure.js';
import { systemClock } from '../system/clock.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import type { FakeLabOptions } from '../testing/fake-lab.js';
import { bindFailure, injectors } from './failures.js';
import { changedRows } from './rows.js';

test('failures - each is in the documentation, with what is done and what confirms it', () => {
  const text = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8');
  const told = [...text.matchAll(/^\| `([a-z-]+)` +\| \S.* \| +\S/gm)].map(([, kind]) => kind);
  assert.deepEqual(told.sort(), [...Object.keys(injectors), 'pause', 'restore-point'].sort());
});

const verbs = ['kill', 'lose', 'stop', 'freeze'] as const;

for (const kind of verbs) {
  test(`${kind} - hits the component and is confirmed by the engine`, async () => {
    const { bound, calls } = bind({ kind, target: 'postgres' });
    await bound.inject();
    assert.deepEqual(calls, [`postgres.${kind}`]);
    assert.equal(bound.target, 'postgres');
    assert.ok((await bound.confirm()).every((evidence) => evidence.confirms));
  });

  test(`${kind} - is not confirmed where it did nothing`, async () => {
    const { bound } = bind({ kind, target: 'postgres' }, { ignored: [`postgres.${kind}`] });
    await bound.inject();
    assert.ok((await bound.confirm()).every((evidence) => !evidence.confirms));
  });
}

test('lose - is not confirmed while the data is still there, though nothing runs', async () => {
  const { bound, lab } = bind({ kind: 'lose', target: 'postgres' }, { ignored: ['postgres.lose'] });
  await lab.postgres.kill(new AbortController().signal);
  await bound.inject();
  assert.ok((await bound.confirm()).every((evidence) => !evidence.confirms));
});

test('kill - hits the named nodes only', async () => {
  const { bound, calls } = bind({ kind: 'kill', target: 'kong', nodes: [1, 3] }, { nodes: 3 });
  await bound.inject();
  assert.equal(bound.target, 'kong-1, kong-3');
  assert.deepEqual(calls, ['kong-1.kill', 'kong-3.kill']);
});

test('delete-entities - is confirmed when all that was there is gone, whatever was made since', async () => {
  assert.deepEqual(await deletionSeen({ works: true }), [{ observed: '0 of 2 left', confirms: true }]);
});

test('delete-entities - is not confirmed where it did nothing, or found nothing', async () => {
  assert.deepEqual(await deletionSeen({ works: false }), [{ observed: '2 of 2 left', confirms: false }]);
  assert.deepEqual(await deletionSeen({ works: true, before: [] }), [
    { observed: '0 of 0 left', confirms: false },
  ]);
});

/** Deletes all routes, while somebody makes another one. */
async function deletionSeen({ works, before = ['a', 'b'] }: { works: boolean; before?: string[] }) {
  let ids = before;
  const admin = fakeAdmin((method, path) => {
    if (method !== 'DELETE') return { status: 200, body: { data: ids.map((id) => ({ id })) } };
    if (works) ids = ids.filter((id) => path !== `/routes/${id}`);
    return { status: 204 };
  });
  const { bound } = bind({ kind: 'delete-entities', entities: ['routes'] }, {}, admin);
  await bound.inject();
  ids = [...ids, 'made since'];
  return (await bound.confirm()).map(({ observed, confirms }) => ({ observed, confirms }));
}

test('cut-off - is confirmed while Postgres runs on and nobody reaches it', async () => {
  const { bound, calls } = bind({ kind: 'cut-off' });
  await bound.inject();
  assert.deepEqual(calls, ['link.cut']);
  assert.ok((await bound.confirm()).some((evidence) => evidence.confirms));
});

test('cut-off - is not confirmed where it did nothing, nor by a Postgres that is down', async () => {
  const { bound, lab } = bind({ kind: 'cut-off' }, { ignored: ['link.cut'] });
  await bound.inject();
  assert.ok((await bound.confirm()).every((evidence) => !evidence.confirms));
  await lab.postgres.kill(new AbortController().signal);
  assert.ok((await bound.confirm()).every((evidence) => !evidence.confirms));
});

test('cut-off - an engine without a network of its own cannot', async () => {
  const { bound } = bind({ kind: 'cut-off' }, { withoutLink: true });
  await assert.rejects(bound.inject(), { code: 'engine' });
});

test('corrupt - is confirmed by pages on the disk that no Postgres has written', async () => {
  const { bound, calls } = bind({ kind: 'corrupt' });
  await bound.inject();
  assert.deepEqual(calls, ['postgres.damageData']);
  assert.deepEqual(
    (await bound.confirm()).map(({ confirms }) => confirms),
    [true],
  );
});

test('corrupt - is not confirmed where it did nothing', async () => {
  const { bound } = bind({ kind: 'corrupt' }, { ignored: ['postgres.damageData'] });
  await bound.inject();
  assert.deepEqual(
    (await bound.confirm()).map(({ confirms }) => confirms),
    [false],
  );
});

test('fill-disk - is confirmed by the file system, never by what Postgres says', async () => {
  const { bound, calls } = bind({ kind: 'fill-disk' }, { ownDisk: true });
  await bound.inject();
  assert.deepEqual(calls, ['disk.fill']);
  assert.deepEqual(
    (await bound.confirm()).map(({ confirms }) => confirms),
    [true, false],
  );
});

test('fill-disk - is not confirmed where there is room left, which the log of Postgres is not made to fill', async () => {
  const { bound } = bind({ kind: 'fill-disk' }, { ownDisk: true, ignored: ['disk.fill'] });
  await bound.inject();
  const evidence = await bound.confirm();
  assert.ok(evidence.every(({ confirms }) => !confirms));
  assert.match(evidence.at(-1)?.observed ?? '', /^nothing: .* are free$/);
});

test("fill-disk - an engine whose disk is the machine's cannot", async () => {
  const { bound } = bind({ kind: 'fill-disk' });
  await assert.rejects(bound.inject(), { code: 'engine' });
});

test('changed rows - gone, changed and added are told apart, in the named tables only', () => {
  const before = rowsOf({ routes: { a: '1', b: '1', c: '1' }, services: { s: '1' } });
  const after = rowsOf({ routes: { a: '1', b: '2', d: '3' }, services: {} });
  assert.deepEqual(changedRows(before, after, ['routes']), { before: 3, gone: 1, changed: 1, added: 1 });
  assert.deepEqual(changedRows(before, after), { before: 4, gone: 2, changed: 1, added: 1 });
  assert.deepEqual(changedRows(before, rowsOf({})), { before: 4, gone: 4, changed: 0, added: 0 });
});

function rowsOf(tables: Record<string, Record<string, string>>) {
  return new Map(Object.entries(tables).map(([table, rows]) => [table, new Map(Object.entries(rows))]));
}

test('pause - injects nothing', () => {
  assert.equal(bindFailure({ kind: 'pause', for: '1s' }, contextOf(fakeLab())), undefined);
});

test('the map of failures - every injector has a target in words', () => {
  for (const kind of Object.keys(injectors)) {
    const failure = {
      kind,
      target: 'postgres',
      entities: ['routes'],
      file: 'kong.yaml',
    } as unknown as Failure;
    assert.ok((bindFailure(failure, contextOf(fakeLab()))?.target ?? '') !== '', kind);
  }
});

function bind(failure: Failure, options: FakeLabOptions = {}, admin = fakeAdmin()) {
  const fake = fakeLab(options);
  const bound = bindFailure(failure, contextOf(fake, admin));
  assert.ok(bound);
  return { bound, ...fake };
}

function contextOf({ lab }: ReturnType<typeof fakeLab>, admin = fakeAdmin()) {
  const { signal } = new AbortController();
  return { lab, admin, clock: systemClock(), signal, folder: '.', mark: 'kd-1' };
}
