import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadDrill } from '../drillfile/load.js';
import type { Engine } from '../engine/engine.js';
import type { JournalEvent } from '../model/journal.js';
import { runDrill } from './run-drill.js';

const text = `name: pulled
state: { generate: { seed: 1 } }
failure: [{ kind: kill, target: kong }]
recovery: { reattach: [{ stage: reattach }] }
`;

test('run - what was pulled is on record before any case begins, and in the reports', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'kd-test-run-drill-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'pulled.yaml');
  await writeFile(file, text);
  const drill = loadDrill(file);
  assert.ok(drill.ok);
  const events: JournalEvent[] = [];
  const { folder: run } = await runDrill(drill, {
    engine: enginePulling('kong:3.9', 12_000),
    jobs: 1,
    out: join(folder, 'out'),
    only: [],
    skipUnavailable: false,
    junitFlavor: 'jenkins',
    people: {},
    tool: 'kong-drill 0.0.0',
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    onFault: (fault) => assert.fail(fault),
  });
  const kinds = events.map(({ kind }) => kind);
  assert.ok(kinds.includes('case-started'), kinds.join());
  assert.ok(kinds.indexOf('images-pulled') > 0);
  assert.ok(kinds.indexOf('images-pulled') < kinds.indexOf('case-started'), kinds.join());
  for (const report of ['report.md', 'report.html'])
    assert.match(await readFile(join(run, report), 'utf8'), /part of no figure: kong:3\.9 \(12\.00 s\)/);
});

/** One whose labs never open. */
function enginePulling(image: string, tookMs: number): Engine {
  return {
    name: 'containers',
    isolation: 'nothing is started',
    blocksAddresses: true,
    prepare: () =>
      Promise.resolve({
        software: [],
        pulled: [{ image, tookMs }],
        rehearsal: true,
        tools: new Set(['kong'] as const),
        refusals: [],
      }),
    open: () => Promise.reject(new Error('no lab')),
    clean: () => Promise.resolve([]),
  };
}
