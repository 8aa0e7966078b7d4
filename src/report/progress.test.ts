import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEvent } from '../model/journal.js';
import { buildJournal, failedAtMs } from '../testing/journal-builder.js';
import { renderProgress } from './progress.js';

const options = { color: false, width: 80 };

test('progress - one line for each phase, one for the failure, and nothing for probes', () => {
  const progress = renderProgress(options);
  const lines = buildJournal({ rehearsal: true }).flatMap((event) => progress.lines(event));
  assert.deepEqual(
    lines.map((line) => line.replace(/\s+/g, ' ')),
    [
      'Postgres and its volume are gone; two ways back (engine processes; a rehearsal: Kong is played by a stand-in)',
      'restore-db#1 provision 5.99 s',
      'restore-db#1 back-up 1.10 s nightly-db 1.2 MiB',
      'restore-db#1 steady-state 21.00 s',
      'restore-db#1 change 9.90 s',
      'restore-db#1 fail lose postgres',
      'restore-db#1 fail 1.65 s lose postgres confirmed',
      'restore-db#1 recover 2.50 s postgres 898 ms, restore 1.60 s',
      'restore-db#1 observe 25.00 s',
      'restore-db#1 compare 999 ms all 42 entities back',
      'restore-db#1 clean-up 901 ms',
    ],
  );
});

test('progress - a long name of a case stands apart from what it does', () => {
  const progress = renderProgress(options);
  const cases = [{ recovery: 'restore-to-the-last-restore-point' }];
  const [, line] = buildJournal({ cases }).flatMap((event) => progress.lines(event));
  assert.match(line ?? '', /^restore-to-the-last-restore-point#1 {2}provision/);
});

const past = new Map([
  [
    'restore-db',
    {
      meanMs: 95_000,
      phasesMs: new Map([['recover', 12_400]]),
      engine: 'processes',
      utc: '2026-11-25T02:00:00.000Z',
    },
  ],
]);

test('progress - the view shows phase and case with the times of earlier runs, what is awaited, and the newest probes', () => {
  const progress = renderProgress({ ...options, past });
  const events = buildJournal();
  const until = events.findIndex((event) => event.kind === 'step-ended');
  for (const event of events.slice(0, until)) progress.lines(event);
  const view = progress.view(failedAtMs + 2_700);
  assert.match(
    view[0] ?? '',
    /^> restore-db#1 {2}recover 1 s of about 12 s; the case 4\d s of about 1 min 35 s$/,
  );
  assert.match(view[1] ?? '', /^ *waits for +a new Postgres under the old name$/);
  assert.match(view[2] ?? '', /^ *traffic +[.x]{40}$/);
  assert.ok(view.every((line) => line.length < options.width));
});

test('progress - what was seen last is shown until something else is awaited', () => {
  const progress = renderProgress(options);
  const started = { seq: 0, t: 0, case: 'a#1', kind: 'phase-started' } as const;
  progress.lines({ ...started, phase: 'provision' });
  progress.awaiting('a#1', 'connect ECONNREFUSED 127.0.0.1:8001');
  const view = progress.view(4_000);
  assert.deepEqual(view, [
    '> a#1  provision 4 s; the case 0 s',
    '    waits for   Postgres, the tables of Kong, and its nodes',
    '    last seen   connect ECONNREFUSED 127.0.0.1:8001',
  ]);
  progress.lines({ ...started, phase: 'observe' });
  assert.deepEqual(progress.view(4_000).length, 2);
  progress.lines({ ...started, kind: 'snapshot', beganMs: 1, endedMs: 2, equal: false, differing: 7 });
  assert.match(progress.view(4_000).join('\n'), /last seen +7 entities differ/);
});

test('progress - a case that is skipped is told with the reason', () => {
  const progress = renderProgress(options);
  const event: JournalEvent = { seq: 0, t: 0, case: 'a#1', kind: 'case-skipped', reason: 'no time is left' };
  assert.deepEqual(
    progress.lines(event).map((line) => line.replace(/\s+/g, ' ')),
    ['a#1 skipped no time is left'],
  );
});

test('progress - between cases there is no view', () => {
  const progress = renderProgress(options);
  assert.deepEqual(progress.view(0), []);
  for (const event of buildJournal()) progress.lines(event);
  assert.deepEqual(progress.view(80_000), []);
});

test('progress - cases side by side keep their facts apart, and have a line each', () => {
  const progress = renderProgress(options);
  const first: Partial<JournalEvent> = { seq: 0, t: 0, case: 'a#1' };
  const second = { ...first, case: 'b#1' };
  const events = [
    { ...first, kind: 'phase-started', phase: 'recover' },
    { ...second, kind: 'phase-started', phase: 'recover' },
    { ...first, kind: 'step-ended', stage: 's', step: 'restore', startedMs: 0, ok: true, t: 2_000 },
    { ...second, kind: 'step-ended', stage: 's', step: 'sync', startedMs: 0, ok: true, t: 3_000 },
  ] as JournalEvent[];
  for (const event of events) progress.lines(event);
  assert.deepEqual(progress.view(4_000), [
    '> a#1  recover 4 s  the first step',
    '> b#1  recover 4 s  the first step',
  ]);
  const [line = ''] = progress.lines({
    ...first,
    kind: 'phase-ended',
    phase: 'recover',
    ok: true,
    t: 5_000,
  } as JournalEvent);
  assert.match(line, /^a#1 .*restore 2\.00 s$/);
});

test('progress - text from outside cannot move the cursor', () => {
  const event: JournalEvent = { seq: 0, t: 0, kind: 'note', level: 'warning', text: 'a\u001b[2Jb\rc\nd' };
  assert.deepEqual(
    renderProgress(options)
      .lines(event)
      .map((it) => it.trim()),
    ['warning      ab c d'],
  );
});
