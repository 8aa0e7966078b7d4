/** A report of many cases with many differences stays quick to draw and light to open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Difference } from '../model/journal.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { buildJournal, kindComparison } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderReports } from './files.js';

const pathCount = 20;
const repetitions = 10;
const differencesOfCase = 500;

test('reports - 200 cases with 100,000 differences: drawn in under 5 s, the HTML below 5 MB', async () => {
  const result = largeResult();
  const differences = result.cases.flatMap((it) => it.parity.flatMap((kind) => kind.differences));
  assert.deepEqual([result.cases.length, differences.length], [200, 100_000]);
  const before = process.cpuUsage();
  const reports = await renderReports(result);
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  const htmlBytes = Buffer.byteLength(reports.get('report.html') ?? '');
  // The processor's time, which a busy machine does not lengthen.
  assert.ok(tookMs < 5_000, `${tookMs} ms`);
  assert.ok(htmlBytes > 500_000 && htmlBytes < 5_000_000, `${htmlBytes} bytes`);
  assert.match(reports.get('report.html') ?? '', /Differences in routes \(500\)/);
});

/** One judged case, over and over. */
function largeResult(): RunResult {
  const differences = Array.from({ length: differencesOfCase }, (_, place): Difference => ({
    change: 'changed',
    kind: 'routes',
    entity: `checkout/v${place} (POST /orders/${place})`,
    id: `5d0c0d86-7a0f-4a62-8d3a-${String(place).padStart(12, '0')}`,
    fields: [{ field: 'paths', before: '["/partners"]', after: '["/partner"]' }],
  }));
  const kind = kindComparison('routes', { changed: differencesOfCase, differences });
  const result = judge(
    buildJournal({
      cases: [{ edit: (event) => (event.kind === 'comparison' ? [{ ...event, kinds: [kind] }] : [event]) }],
    }),
  );
  const [one] = result.cases;
  assert.ok(one);
  const names = Array.from({ length: pathCount }, (_, place) => `path-${place}`);
  const cases = names.flatMap((recovery) =>
    Array.from({ length: repetitions }, (_, place): CaseResult => ({
      ...one,
      recovery,
      repetition: place + 1,
      case: `${recovery}#${place + 1}`,
    })),
  );
  const paths = names.map((recovery) => ({
    recovery,
    verdict: one.verdict,
    required: true,
    repetitions,
    met: 0,
  }));
  return { ...result, cases, paths };
}
