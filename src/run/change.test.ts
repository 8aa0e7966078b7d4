import assert from 'node:assert/strict';
import { setTimeout as later } from 'node:timers/promises';
import { test } from 'node:test';
import { byHand } from '../measure/ledger-way.js';
import type { NewEvent } from '../model/journal.js';
import type { AdminApi } from '../system/admin-api.js';
import { systemClock } from '../system/clock.js';
import type { CaseContext } from './case-context.js';
import { change } from './change.js';

test('change - interrupted: what is on its way is recorded before the phase ends, and nothing after it', async () => {
  const recorded: NewEvent[] = [];
  const interruption = new AbortController();
  const slow: Pick<AdminApi, 'call'> = {
    call: async () => {
      interruption.abort(new Error('enough'));
      await later(100);
      return { status: 201, ok: true, body: {}, text: '' };
    },
  };
  const context = {
    admin: slow,
    clock: systemClock(),
    signal: interruption.signal,
    plan: { changes: { forMs: 60_000, perSecond: 50 } },
    record: (event: NewEvent) => void recorded.push(event),
  };
  const way = byHand({ mark: 'kd-0a1b2c', holder: 'kd-0a1b2c-holder', workspaces: ['default'] });
  await assert.rejects(change(context as unknown as CaseContext, [{ way, ledger: { entries: [] } }]), {
    name: 'AbortError',
  });
  const kinds = recorded.map(({ kind }) => kind);
  const count = (kind: NewEvent['kind']) => kinds.filter((each) => each === kind).length;
  assert.ok(count('ledger-intent') > 0);
  assert.equal(count('ledger-outcome'), count('ledger-intent'));
  await later(150);
  assert.equal(recorded.length, kinds.length);
});
