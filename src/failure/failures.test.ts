import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../model/drill-failure.js';
import { systemClock } from '../system/clock.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import type { FakeLabOptions } from '../testing/fake-lab.js';
import { bindFailure, injectors } from './failures.js';

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

test('delete-entities - deletes each entity, and is confirmed only when none is listed any more', async () => {
  let left = [{ id: 'a' }, { id: 'b' }];
  const admin = fakeAdmin((method, path) => {
    if (method === 'DELETE') left = left.filter(({ id }) => path !== `/routes/${id}`);
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: { data: left } };
  });
  const { bound } = bind({ kind: 'delete-entities', entities: ['routes'] }, {}, admin);
  assert.deepEqual(
    (await bound.confirm()).map((evidence) => evidence.confirms),
    [false],
  );
  await bound.inject();
  assert.deepEqual(
    (await bound.confirm()).map(({ observed, confirms }) => ({ observed, confirms })),
    [{ observed: '0 left', confirms: true }],
  );
});

test('pause - injects nothing', () => {
  assert.equal(bindFailure({ kind: 'pause', for: '1s' }, contextOf(fakeLab())), undefined);
});

test('the map of failures - every injector has a target in words', () => {
  for (const kind of Object.keys(injectors)) {
    const failure = { kind, target: 'postgres', entities: ['routes'] } as unknown as Failure;
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
  return { lab, admin, clock: systemClock(), signal: new AbortController().signal, folder: '.' };
}
