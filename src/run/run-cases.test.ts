import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Engine, Lab, Readiness } from '../engine/engine.js';
import { openJournal } from '../journal/journal.js';
import { createRedactor } from '../journal/redaction.js';
import type { JournalEvent } from '../model/journal.js';
import { planDrill } from '../plan/plan.js';
import { systemClock } from '../system/clock.js';
import { fakeLab } from '../testing/fake-lab.js';
import { exampleDrill } from '../testing/journal-builder.js';
import { runCases } from './run-cases.js';

test('run cases - a case whose lab is no longer reached ends as broken, whatever it waits for', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'kd-test-cases-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const events: JournalEvent[] = [];
  const redactor = createRedactor();
  const clock = systemClock();
  await using journal = await openJournal(folder, {
    clock,
    redactor,
    onEvent: (event) => events.push(event),
    onFault: (message) => assert.fail(message),
  });
  const plan = planDrill(exampleDrill, { folder: '.' });
  const lab = cutOff();
  await runCases({
    runId: 'r1',
    plan,
    cases: plan.cases.slice(0, 1),
    engine: { open: () => Promise.resolve(lab) } as unknown as Engine,
    readiness: {} as Readiness,
    clock,
    journal,
    redactor,
    jobs: 1,
    folder,
    past: new Map(),
    signal: new AbortController().signal,
  });
  const ended = events.find((event) => event.kind === 'case-ended');
  assert.equal(ended?.outcome, 'failed');
  assert.match(
    ended.error ?? '',
    /^the lab can no longer be reached from here: refused; what failed since then/,
  );
  assert.ok(events.some((event) => event.kind === 'cleaned-up' && event.ok));
});

/** Its Postgres comes up when it is told to give up, and not before. */
function cutOff(): Lab {
  const { lab } = fakeLab();
  const provision = (_: unknown, signal: AbortSignal) =>
    new Promise<void>((_resolve, reject) => {
      const giveUp = (): void => {
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      };
      signal.addEventListener('abort', giveUp, { once: true });
    });
  return {
    ...lab,
    postgres: { ...lab.postgres, provision },
    whyUnreachable: () => Promise.resolve('refused'),
  };
}
