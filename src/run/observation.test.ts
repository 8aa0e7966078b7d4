import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventOf, NewEvent } from '../model/journal.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { virtualClock } from '../testing/virtual-clock.js';
import type { CaseContext } from './case-context.js';
import { watchParity } from './observation.js';
import type { Reference } from './observation.js';

test('parity watch - what cannot be read is not equal, and says why', async () => {
  const snapshots: Omit<EventOf<'snapshot'>, 'seq' | 't'>[] = [];
  let looked: (() => void) | undefined;
  const twice = new Promise<void>((resolve) => (looked = resolve));
  const world = {
    admin: fakeAdmin(() => ({ status: 500, body: { message: 'An unexpected error occurred' } })),
    clock: virtualClock(),
    signal: new AbortController().signal,
    secretKey: 'key',
    redactor: { addToProse: () => undefined },
    record: (event: NewEvent) => {
      if (event.kind === 'snapshot' && snapshots.push(event) === 2) looked?.();
    },
  };
  const watch = watchParity({} as unknown as Reference, world as unknown as CaseContext);
  await twice;
  await watch[Symbol.asyncDispose]();
  for (const { equal, differing, error } of snapshots.slice(0, 2)) {
    assert.deepEqual([equal, differing], [false, 0]);
    assert.match(error ?? '', /500/);
  }
});
