import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../model/entity.js';
import type { NewEvent } from '../model/journal.js';
import type { AdminApi } from '../system/admin-api.js';
import { memoryAdmin } from '../testing/memory-admin.js';
import type { MemoryAdmin, WriteFate } from '../testing/memory-admin.js';
import { virtualClock } from '../testing/virtual-clock.js';
import type { Loss } from '../model/verdict.js';
import { makeBaseEntities, readBackChanges, startChanges } from './ledger.js';
import type { LedgerEntry } from './ledger.js';
import { pathOf } from './ledger-changes.js';
import type { LedgerRequest } from './ledger-changes.js';
import { byHand, byPipeline } from './ledger-way.js';
import { lossOf } from './rpo.js';
import type { LedgerEvent } from './rpo.js';

const names = { mark: 'kd-t', holder: 'kd-t-holder', workspaces: ['default'] };
const way = byHand(names);
const perSecond = 20;

interface Played {
  readonly admin: MemoryAdmin;
  readonly events: LedgerEvent[];
  readonly entries: readonly LedgerEntry[];
  readonly failedAtMs: number;
  /** Rows and time after each change, as a backup taken then would hold them. */
  readonly history: readonly { readonly atMs: number; readonly rows: ReadonlyMap<string, JsonObject> }[];
  readonly judge: () => Promise<Loss>;
}

/** Plays `lastsMs` of changes against an Admin API in memory. */
async function play(lastsMs: number, fates: readonly WriteFate[]): Promise<Played> {
  const events: LedgerEvent[] = [];
  const history: { atMs: number; rows: ReadonlyMap<string, JsonObject> }[] = [];
  const over = new AbortController();
  const clock = virtualClock(0.001, (nowMs) => nowMs > lastsMs && over.abort());
  let writes = 0;
  const admin = memoryAdmin(() => (writes++ < 12 ? 'done' : (fates[writes % fates.length] ?? 'done')));
  const record = (event: NewEvent) => {
    const kept = { t: clock.nowMs(), ...event, seq: events.length };
    if (!kept.kind.startsWith('ledger-')) return;
    events.push(kept as LedgerEvent);
    history.push({ atMs: kept.t, rows: new Map(admin.rows) });
  };
  const target = { admin, way, record, clock };
  const base = await makeBaseEntities(target);
  const changes = startChanges({ ...target, perSecond, base, signal: over.signal });
  while (!over.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  await changes.stop();
  const failedAtMs = clock.nowMs();
  const judge = async () => {
    await readBackChanges({ ...target, changes, signal: new AbortController().signal });
    return lossOf(events, 'admin-api', failedAtMs);
  };
  return { admin, events, entries: changes.entries, failedAtMs, history, judge };
}

const unknown: readonly WriteFate[] = [
  'done-unanswered',
  'lost-unanswered',
  'done-with-error',
  'lost-with-error',
];
const fates = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<WriteFate>('done') },
    { weight: 1, arbitrary: fc.constant<WriteFate>('refused') },
    { weight: 1, arbitrary: fc.constantFrom(...unknown) },
  ),
  { minLength: 5, maxLength: 40 },
);

test('ledger - losses, alterations and resurrections planted in the database are found exactly', async () => {
  const planted = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.infiniteStream(fc.constantFrom('none', 'none', 'plant')),
      fc.integer({ min: 1_000, max: 4_000 }),
      async (drawn, plants, lastsMs) => {
        const played = await play(lastsMs, drawn);
        const expected = plant(played, () => plants.next().value === 'plant');
        const loss = await played.judge();
        const { lost, phantom, corrupted, resurrected } = loss;
        assert.deepEqual({ lost, phantom, corrupted, resurrected }, expected, loss.details.join('\n'));
        for (const [fate, count] of Object.entries(expected))
          planted.set(fate, (planted.get(fate) ?? 0) + count);
      },
    ),
    { numRuns: 200 },
  );
  for (const [fate, count] of planted) assert.ok(count > 30, `${fate}: ${count} planted`);
});

test('ledger - a restore to any earlier moment lies within the loss interval', async () => {
  await fc.assert(
    fc.asyncProperty(fates, fc.double({ min: 0, max: 0.999, noNaN: true }), async (drawn, at) => {
      const { admin, history, failedAtMs, judge } = await play(3_000, drawn);
      const restored = history[Math.floor(at * history.length)];
      if (!restored) return;
      admin.rows.clear();
      for (const [path, row] of restored.rows) admin.rows.set(path, row);
      const { loss, corrupted, phantom } = await judge();
      assert.deepEqual({ corrupted, phantom }, { corrupted: 0, phantom: 0 });
      const truthMs = failedAtMs - restored.atMs;
      if (!loss) return;
      assert.ok(loss.lowerMs <= truthMs, `${JSON.stringify(loss)}, truth ${truthMs}`);
      // Between the last acknowledged change that survived and the restored moment nothing was acknowledged.
      if (loss.upperMs !== null)
        assert.ok(truthMs <= loss.upperMs, `${JSON.stringify(loss)}, truth ${truthMs}`);
    }),
    { numRuns: 200 },
  );
});

test('ledger - what is meant is recorded and synced before it is asked for', async () => {
  const order: string[] = [];
  const spied = memoryAdmin(() => {
    order.push('request');
    return 'done';
  });
  const sync = () => Promise.resolve(void order.push('synced'));
  const record = ({ kind }: NewEvent) => void order.push(kind);
  await makeBaseEntities({ admin: spied, way, record, sync, clock: virtualClock() });
  assert.deepEqual(order.slice(0, 4), ['ledger-intent', 'synced', 'request', 'ledger-outcome']);
});

test('ledger - changes go on while the Admin API hangs', async () => {
  const over = new AbortController();
  const clock = virtualClock(0.001, (nowMs) => nowMs > 1_000 && over.abort());
  let answer: (() => void) | undefined;
  const hanging = new Promise<void>((resolve) => (answer = resolve));
  const slow = memoryAdmin();
  const admin: AdminApi = { ...slow, call: async (...asked) => (await hanging, slow.call(...asked)) };
  const changes = startChanges({
    admin,
    way,
    record: () => undefined,
    clock,
    perSecond,
    signal: over.signal,
  });
  for (let turn = 0; turn < 10_000 && !over.signal.aborted; turn += 1)
    await new Promise((resolve) => setImmediate(resolve));
  const meant = changes.entries.length;
  answer?.();
  await changes.stop();
  assert.ok(meant >= 15, `${meant} changes meant`);
});

test('ledger - entities made before the backup are changed too', async () => {
  const { entries } = await play(2_000, ['done']);
  const old = entries.filter(({ op, entity }) => op !== 'create' && entity.key.includes('-base-'));
  assert.ok(old.some(({ op }) => op === 'update') && old.some(({ op }) => op === 'delete'));
});

test('ledger - consumers are made in each workspace in turn, and read back there', async () => {
  const admin = memoryAdmin();
  const events: NewEvent[] = [];
  const target = {
    admin,
    way: byHand({ ...names, workspaces: ['default', 'payments'] }),
    record: (event: NewEvent) => void events.push(event),
    clock: virtualClock(),
  };
  const changes = await makeBaseEntities(target);
  const within = [...admin.rows.keys()].map((path) => path.split('/kd-t')[0]);
  assert.deepEqual([...new Set(within)].sort(), ['/consumers', '/payments/consumers']);
  for (const path of admin.rows.keys()) if (path.startsWith('/payments/')) admin.rows.delete(path);
  await readBackChanges({ ...target, changes, signal: new AbortController().signal });
  const [found] = events.flatMap((event) => (event.kind === 'ledger-read-back' ? [event.changes] : []));
  const absent = changes.entries.filter((_, index) => found?.[index]?.found === 'absent');
  assert.ok(absent.length > 0 && absent.every(({ entity }) => entity.workspace === 'payments'));
});

test('ledger - read back no further than an interruption, whatever does not answer', async () => {
  const admin = memoryAdmin();
  const target = { admin, way: byHand(names), record: () => undefined, clock: virtualClock() };
  const changes = await makeBaseEntities(target);
  const over = new AbortController();
  let asked = 0;
  const hanging: AdminApi = {
    ...admin,
    call: (_method, _path, _body, options) => {
      asked += 1;
      over.abort(new Error('Ctrl-C'));
      return options?.signal?.aborted ? Promise.reject(new Error('aborted')) : new Promise(() => undefined);
    },
  };
  await assert.rejects(
    readBackChanges({ ...target, admin: hanging, changes, signal: over.signal }),
    /^Error: Ctrl-C$/,
  );
  assert.ok(changes.entries.length > 1 && asked === 1, `${asked} of ${changes.entries.length}`);
});

test('ledger - what Kong answers with an error of its own may have been done or not: it is neither lost nor a phantom', async () => {
  for (const fate of ['done-with-error', 'lost-with-error'] as const) {
    const { judge } = await play(2_000, Array<WriteFate>(40).fill(fate));
    const { lost, phantom, unknown } = await judge();
    assert.deepEqual({ lost, phantom }, { lost: 0, phantom: 0 }, fate);
    assert.ok(unknown >= 10, `${fate}: ${unknown}`);
  }
});

test('ledger - a run of a pipeline is kept before it counts as acknowledged, and one that failed is not', async () => {
  const order: string[] = [];
  let writes = 0;
  const admin = memoryAdmin(() => {
    order.push('run');
    writes += 1;
    return writes % 3 === 0 ? 'refused' : 'done';
  });
  const kept: LedgerRequest[] = [];
  const keep = (request: LedgerRequest) => {
    order.push('kept');
    return Promise.resolve(void kept.push(request));
  };
  const record = (event: NewEvent) =>
    void order.push(event.kind === 'ledger-outcome' ? event.outcome : event.kind);
  await makeBaseEntities({ admin, way: byPipeline(names, keep), record, clock: virtualClock() });
  assert.deepEqual(order.slice(0, 2), ['run', 'kept'], 'the owner comes first');
  assert.deepEqual(order.slice(2, 6), ['ledger-intent', 'run', 'kept', 'ok']);
  assert.deepEqual(order.slice(6, 9), ['ledger-intent', 'run', 'failed']);
  assert.equal(kept.length, order.filter((each) => each === 'ok').length + 1);
});

test('ledger - the kept runs, performed again on an empty Kong or once more on the same, make the same', async () => {
  const kept: LedgerRequest[] = [];
  const over = new AbortController();
  const clock = virtualClock(0.001, (nowMs) => nowMs > 3_000 && over.abort());
  const admin = memoryAdmin();
  const keep = (request: LedgerRequest) => Promise.resolve(void kept.push(request));
  const target = { admin, way: byPipeline(names, keep), record: () => undefined, clock };
  const base = await makeBaseEntities(target);
  const changes = startChanges({ ...target, perSecond, base, signal: over.signal });
  while (!over.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  await changes.stop();
  assert.deepEqual([...new Set(kept.map(({ method }) => method))].sort(), ['DELETE', 'PUT']);
  const replayed = memoryAdmin();
  for (const again of [replayed, replayed, admin]) {
    for (const { method, path, body } of kept) assert.ok((await again.call(method, path, body)).ok, path);
    assert.deepEqual([...again.rows].sort(), [...admin.rows].sort());
  }
  assert.ok([...admin.rows.keys()].every((path) => path.includes('/kd-t-pipeline-')));
});

type Counts = Pick<Loss, 'lost' | 'phantom' | 'corrupted' | 'resurrected'>;

/** Plants losses in the rows, entity by entity, and says what must be found. */
function plant({ admin, events, entries }: Played, draws: () => boolean): Counts {
  const counts = { lost: 0, phantom: 0, corrupted: 0, resurrected: 0 };
  const outcomes = new Map(
    events.flatMap((event) => (event.kind === 'ledger-outcome' ? [[event.change, event.outcome]] : [])),
  );
  const groups = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const path = pathOf(entry.entity, names);
    groups.set(path, [...(groups.get(path) ?? []), entry]);
  }
  for (const [path, history] of groups) {
    const of = (entry: LedgerEntry) => outcomes.get(entry.change);
    const acknowledged = history.filter((entry) => of(entry) === 'ok');
    const last = history.at(-1);
    if (!last || !draws()) continue;
    if (acknowledged.length === 0) {
      // A creation that was refused, and is there all the same.
      if (of(last) !== 'failed') continue;
      admin.rows.set(path, last.entity.content);
      counts.phantom += 1;
    } else if (acknowledged.length < history.length) continue;
    else if (last.op === 'delete') {
      const before = history.at(-2);
      if (!before) continue;
      admin.rows.set(path, before.entity.content);
      counts.resurrected += 1;
    } else if (last.entity.kind === 'consumers' && draws()) {
      admin.rows.set(path, { ...last.entity.content, custom_id: 'somebody-else' });
      counts.corrupted += 1;
    } else {
      admin.rows.delete(path);
      counts.lost += history.length;
    }
  }
  return counts;
}
