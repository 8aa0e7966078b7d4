/** A report of many cases with many differences stays quick to draw and light to open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { largeResult } from '../testing/large-result.js';
import { renderReports } from './files.js';

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
