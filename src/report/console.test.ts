import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Difference, NewEvent } from '../model/journal.js';
import { buildJournal, exampleDrill, kindComparison } from '../testing/journal-builder.js';
import type { JournalShape } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderConsole } from './console.js';

const stage = exampleDrill.recovery['restore-db'] ?? [];
const differences: Difference[] = [
  { change: 'missing', kind: 'routes', entity: 'checkout-v2' },
  {
    change: 'changed',
    kind: 'routes',
    entity: 'ord\u001b[31mers',
    fields: [{ field: 'paths', before: '["/a"]', after: '["/b"]' }],
  },
];
const race: JournalShape = {
  rehearsal: true,
  drill: { recovery: { 'restore-db': stage, 'replay-ci': stage, 'sync-deck': stage } },
  skipped: [{ recovery: 'sync-deck', reason: 'deck is not installed' }],
  cases: [
    {},
    {
      recovery: 'replay-ci',
      outage: { fromMs: 500, toMs: 12_000 },
      edit: (event: NewEvent) =>
        event.kind === 'comparison'
          ? [
              {
                ...event,
                kinds: [
                  kindComparison('routes', {
                    missing: 1,
                    changed: 1,
                    after: 11,
                    differences: [...differences],
                  }),
                ],
              },
            ]
          : [event],
    },
  ],
};
const print = (shape: JournalShape, width = 100) =>
  renderConsole(judge(buildJournal(shape)), { color: false, width, folder: 'reports/postgres-lost/latest' });

test('console - a race at a glance: verdict, paths side by side, differences, skipped, rehearsal, where the report is', () => {
  assert.equal(
    print(race),
    ` MISSED   postgres-lost · engine processes · 1 min 12 s
Rehearsal with a stand-in for Kong: 1 of 2 recovery paths missed the objectives. replay-ci missed
parity of routes: 12 before, 11 after: 1 missing, 1 changed. Skipped: sync-deck.

                target        restore-db          replay-ci
RTO traffic     ≤ 1 min       ✓ 4.93–5.04 s       ✓ 11.93–12.04 s
RTO config      ≤ 1 min 30 s  ✓ 4.97–5.07 s       ✓ 11.97–12.07 s
RTO parity      ≤ 2 min       ✓ 5.10–6.40 s       ✓ 12.10–13.40 s
Exposure (RPO)  ≤ 25 h        ✓ 24 h 00 min       ✓ 24 h 00 min
Loss                            2 of 2 lost         2 of 2 lost
Entities                      ✓ all 42 back       ✗ 2 of 12 differ
Behaviour                     ✓ 8 of 8 as before  ✓ 8 of 8 as before

replay-ci: missed
  ✗ Parity of routes: 12 before, 11 after: 1 missing, 1 changed.
      missing: routes checkout-v2
      changed: routes orders: paths: ["/a"] → ["/b"]

Skipped, so nothing is known of them
  - sync-deck: deck is not installed

This was a rehearsal: Kong was played by a stand-in. Its figures show that the drill works; they are
no evidence of a recovery time.
For the real thing, install Docker and run the drill with --engine containers, or put kong (and
deck, where a path needs it) on PATH; kong-drill doctor says what is missing.

Report: reports/postgres-lost/latest
`,
  );
});

test('console - no line is wider than the terminal, and paths that do not fit go below', () => {
  const names = Array.from({ length: 6 }, (_, index) => `path-${index}`);
  const shape = {
    drill: { recovery: Object.fromEntries(names.map((it) => [it, stage])) },
    cases: names.map((recovery) => ({ recovery })),
  };
  const lines = print(shape, 80).split('\n');
  assert.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
  for (const name of names)
    assert.ok(lines.some((line) => line.startsWith(' '.repeat(16)) && line.includes(name)));
});

test('console - colours only where they are wanted', () => {
  const result = judge(buildJournal());
  assert.doesNotMatch(renderConsole(result, { color: false, width: 80 }), /\u001b/);
  assert.match(renderConsole(result, { color: true, width: 80 }), /\u001b\[32m MET \u001b\[39m/);
});

test('console - a run that was cut off says so, and what did not run', () => {
  const text = print({ cases: [{ cutAt: 'comparison' }], ended: false });
  assert.match(text, /INCONCLUSIVE .* not complete/);
  assert.match(text, /\? Parity: Entities were not compared/);
});
