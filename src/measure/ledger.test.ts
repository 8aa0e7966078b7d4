import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../model/entity.js';
import type { NewEvent } from '../model/journal.js';
import type { AdminAnswer, AdminApi } from '../system/admin-api.js';
import type { Clock } from '../system/clock.js';
import { memoryAdmin } from '../testing/memory-admin.js';
import type { MemoryAdmin, WriteFate } from '../testing/memory-admin.js';
import { virtualClock } from '../testing/virtual-clock.js';
import type { Loss } from '../model/verdict.js';
import { makeBaseEntities, readBackChanges, startChanges } from './ledger.js';
import type { Changes, Ledger, LedgerEntry, LedgerTarget } from './ledger.js';
import { newEntity, pathOf } from './ledger-changes.js';
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
  await untilAborted(over.signal);
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

test('ledger - twelve entities are made before the backup, and every change is told with all that it means', async () => {
  const { events, entries } = await play(2_000, ['done']);
  const intents = events.flatMap((event) => (event.kind === 'ledger-intent' ? [event] : []));
  assert.deepEqual(
    intents.map(({ change, via, op, entity, key }) => ({ change, via, op, entity, key })),
    entries.map(({ op, entity: { kind, key } }, place) => ({
      ...{ change: `kd-t-${place + 1}`, via: 'admin-api', op, entity: kind, key },
    })),
  );
  assert.deepEqual(
    intents.map(({ key }) => key.startsWith('kd-t-base-')).indexOf(false),
    12,
    'the base comes first',
  );
  for (const { op, content = '' } of intents)
    assert.match(content, op === 'delete' ? /^$/ : /^[0-9a-f]{64}$/);
  assert.ok(new Set(intents.map(({ op }) => op)).size === 3);
  const outcomes = events.flatMap((event) => (event.kind === 'ledger-outcome' ? [event] : []));
  assert.equal(outcomes.length, intents.length);
  for (const { outcome, ...more } of outcomes) assert.deepEqual([outcome, 'detail' in more], ['ok', false]);
});

test('ledger - only an answer or a refused connection proves that a change was not made; what was seen is told', async () => {
  const failing = (code?: string) => Object.assign(new Error('made up'), code === undefined ? {} : { code });
  const answered = (status: number) => ({ status, ok: false, body: null, text: 'so' });
  const seen = new Map<unknown, [outcome: string, detail: string]>([
    [answered(404), ['failed', '404 so']],
    [answered(499), ['failed', '499 so']],
    [answered(500), ['unknown', '500 so']],
    [answered(503), ['unknown', '503 so']],
    [failing('ECONNREFUSED'), ['failed', 'made up']],
    [failing('ECONNRESET'), ['unknown', 'made up']],
    [failing(), ['unknown', 'made up']],
  ]);
  for (const [what, expected] of seen) {
    const outcomes: [string, string | undefined][] = [];
    const admin: AdminApi = {
      ...memoryAdmin(),
      call: () => (what instanceof Error ? Promise.reject(what) : Promise.resolve(what as AdminAnswer)),
    };
    const record = (event: NewEvent) => {
      if (event.kind === 'ledger-outcome') outcomes.push([event.outcome, event.detail]);
    };
    await makeBaseEntities({ admin, way, record, clock: virtualClock() });
    assert.deepEqual(outcomes, Array(12).fill(expected));
  }
});

test('ledger - an entity is changed further only after its last change is known to have been made', async () => {
  for (const fate of ['refused', ...unknown] as const) {
    const keys = (await play(3_000, [fate])).entries.map(({ entity }) => entity.key);
    const touched = keys.slice(12);
    assert.equal(new Set(touched).size, touched.length, fate);
    assert.ok(
      touched.some((key) => key.includes('-base-')),
      fate,
    );
  }
  const { events } = await play(3_000, ['done']);
  assert.ok(
    events.every((event) => event.kind !== 'ledger-outcome' || event.outcome === 'ok'),
    'none of what is deleted',
  );
});

test('ledger - an entity is not changed again while its change is under way', async () => {
  const quiet = { admin: memoryAdmin(), way, record: () => undefined, clock: virtualClock() };
  const { admin, answer } = hangingAdmin();
  const { changes, over } = changesFor(1_000, { admin, base: await makeBaseEntities(quiet) });
  await over();
  const touched = changes.entries.slice(12).map(({ entity }) => entity.key);
  assert.equal(new Set(touched).size, touched.length);
  assert.ok(touched.some((key) => key.includes('-base-')));
  answer();
  await changes.stop();
});

test('ledger - a stop waits for the answers of those under way, and nothing is meant after it', async () => {
  for (const stop of ['stop', Symbol.asyncDispose] as const) {
    const { admin, answer } = hangingAdmin();
    const kinds: string[] = [];
    const record = ({ kind }: NewEvent) => void kinds.push(kind);
    const { changes } = changesFor(5_000, { admin, record });
    const outcomes = () => kinds.filter((kind) => kind === 'ledger-outcome').length;
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    const meant = changes.entries.length;
    const answered = changes[stop]().then(outcomes);
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    assert.ok(outcomes() === 0 && meant > 10);
    answer();
    assert.equal(await answered, meant);
    assert.equal(changes.entries.length, meant);
  }
});

test('ledger - nothing is meant after the signal, not even what was due', async () => {
  let meant = 0;
  const record = ({ kind }: NewEvent) => void (meant += kind === 'ledger-intent' ? 1 : 0);
  const { changes, over } = changesFor(500, { record });
  await over();
  const due = meant;
  await changes.stop();
  assert.deepEqual([changes.entries[0]?.change, due, meant], ['kd-t-1', 10, 10]);
});

test('ledger - a change is due every 1/perSecond; those that are late are made at once', async () => {
  const { events } = await play(2_000, ['done']);
  const meantMs = events.flatMap((event) => (event.kind === 'ledger-intent' ? [event.t] : [])).slice(12);
  assert.ok(meantMs.length > 30);
  for (const [place, atMs] of meantMs.entries())
    assert.ok(Math.abs(atMs - Number(meantMs[0]) - place * 50) < 1, String(atMs));

  const sleptMs: number[] = [];
  const { changes, over } = changesFor(2_000, {
    asleep: (ms) => (sleptMs.push(ms) === 1 ? ms + 500 : ms),
  });
  await over();
  await changes.stop();
  assert.equal(changes.entries.length, 40);
  assert.ok(sleptMs.every((ms) => ms > 0) && sleptMs.length < 35);
});

test('ledger - a change that could not be recorded is told when the changes stop', async () => {
  const record = () => {
    throw new Error('no space left');
  };
  const { changes, over } = changesFor(500, { record });
  await over();
  await assert.rejects(changes.stop(), /^Error: no space left$/);
});

test('ledger - what all else rests on is refused: nothing is made, and the error says what was asked', async () => {
  const asked: string[] = [];
  const admin = memoryAdmin(() => 'refused');
  const call: AdminApi['call'] = (...request) => {
    asked.push(request[0]);
    return admin.call(...request);
  };
  const keep = () => assert.fail('kept');
  const refused = makeBaseEntities({
    admin: { ...admin, call },
    way: byPipeline(names, keep),
    record: () => assert.fail('recorded'),
    clock: virtualClock(),
  });
  await assert.rejects(refused, {
    code: 'engine',
    message:
      'PUT /consumers/kd-t-pipeline-holder for the ledger of the runner: expected 200, got 409 {"message":"UNIQUE violation"}',
  });
  assert.deepEqual(asked, ['PUT']);
});

test('ledger - no request waits for longer than 5 s', async () => {
  const limits = new Map<string, Set<unknown>>();
  const memory = memoryAdmin();
  const admin: AdminApi = {
    ...memory,
    call: (method, path, body, options) => {
      const which = path.endsWith('-holder') ? 'owner' : method;
      limits.set(which, (limits.get(which) ?? new Set()).add(options?.limitMs));
      return memory.call(method, path, body);
    },
  };
  const keep = () => Promise.resolve();
  const target = { admin, way: byPipeline(names, keep), record: () => undefined, clock: virtualClock() };
  const changes = await makeBaseEntities(target);
  await readBackChanges({ ...target, changes, signal: new AbortController().signal });
  assert.deepEqual(
    [...limits].map(([which, its]) => [which, ...its]),
    [
      ['owner', 5_000],
      ['PUT', 5_000],
      ['GET', 5_000],
    ],
  );
});

test('ledger - read back, each entity once: as intended, absent, other, or not to be read', async () => {
  const consumer = newEntity(0, names);
  const renamed = { ...consumer, content: { ...consumer.content, custom_id: 'new' } };
  const history = [
    { change: 'c1', op: 'create', entity: consumer },
    { change: 'c2', op: 'update', entity: renamed },
    { change: 'c3', op: 'delete', entity: renamed },
  ] as const;
  const found = async (answer: Partial<AdminAnswer> | Error) => {
    const events: NewEvent[] = [];
    let asked = 0;
    const call: AdminApi['call'] = () => {
      asked += 1;
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ status: 200, ok: true, body: null, text: '', ...answer });
    };
    await readBackChanges({
      ...{ admin: { ...memoryAdmin(), call }, way, record: (event) => void events.push(event) },
      ...{ clock: virtualClock(), changes: { entries: history }, signal: new AbortController().signal },
    });
    assert.equal(asked, 1);
    const [event] = events;
    assert.ok(event?.kind === 'ledger-read-back' && events.length === 1);
    assert.deepEqual(
      event.changes.map(({ change }) => change),
      ['c1', 'c2', 'c3'],
    );
    return event.changes.map((it) => it.found);
  };
  const kept = { id: 'made by Kong', tags: ['kd-t'] };
  assert.deepEqual(await found({ body: { ...kept, ...consumer.content } }), [
    'as-intended',
    'other',
    'other',
  ]);
  assert.deepEqual(await found({ body: { ...kept, ...renamed.content } }), ['other', 'as-intended', 'other']);
  assert.deepEqual(await found({ status: 404, body: {} }), ['absent', 'absent', 'as-intended']);
  const unreadable = ['unreadable', 'unreadable', 'unreadable'];
  assert.deepEqual(await found({ status: 500, body: { ...consumer.content } }), unreadable);
  assert.deepEqual(await found({ body: [] }), unreadable);
  assert.deepEqual(await found(new Error('no answer')), unreadable);
});

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
  const { admin, answer } = hangingAdmin();
  const { changes, over } = changesFor(1_000, { admin });
  await over();
  const meant = changes.entries.length;
  answer();
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
  await untilAborted(over.signal);
  await changes.stop();
  assert.deepEqual([...new Set(kept.map(({ method }) => method))].sort(), ['DELETE', 'PUT']);
  const replayed = memoryAdmin();
  for (const again of [replayed, replayed, admin]) {
    for (const { method, path, body } of kept) assert.ok((await again.call(method, path, body)).ok, path);
    assert.deepEqual([...again.rows].sort(), [...admin.rows].sort());
  }
  assert.ok([...admin.rows.keys()].every((path) => path.includes('/kd-t-pipeline-')));
});

interface Running {
  readonly changes: Changes;
  /** Returns when the signal has ended the changes. */
  readonly over: () => Promise<void>;
}

interface Told extends Partial<Pick<LedgerTarget, 'admin' | 'record'>> {
  readonly base?: Ledger;
  /** How long a sleep really takes. */
  readonly asleep?: (ms: number) => number;
}

/** Makes changes on a virtual clock, until the signal ends them after `lastsMs`. */
function changesFor(lastsMs: number, { asleep = (ms) => ms, ...told }: Told): Running {
  const over = new AbortController();
  const { signal } = over;
  const virtual = virtualClock(0.001, (nowMs) => nowMs > lastsMs && over.abort());
  const clock: Clock = { ...virtual, sleep: (ms, until) => virtual.sleep(asleep(ms), until) };
  const usual = { admin: memoryAdmin(), way, record: () => undefined, clock, perSecond, signal };
  return { changes: startChanges({ ...usual, ...told }), over: () => untilAborted(signal) };
}

/** An Admin API that answers nothing before `answer`. */
function hangingAdmin(): { readonly admin: AdminApi; readonly answer: () => void } {
  let answer: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (answer = resolve));
  const memory = memoryAdmin();
  const call: AdminApi['call'] = async (...asked) => (await hanging, memory.call(...asked));
  return { admin: { ...memory, call }, answer: () => answer() };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    assert.ok(turn < 20_000, 'the clock does not go on');
    await nextTurn();
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

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
