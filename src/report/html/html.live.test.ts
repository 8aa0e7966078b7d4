/** The report in a real browser: what a person, a printer and a screen reader get. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { buildJournal, exampleDrill } from '../../testing/journal-builder.js';
import { largeResult } from '../../testing/large-result.js';
import { judge } from '../../verdict/judge.js';
import { renderHtml } from './html.js';

const browserNames = ['chromium', 'chromium-browser', 'google-chrome'];
const executablePath = browserNames.map(pathOf).find((it) => it !== undefined);
const skip = executablePath !== undefined || process.env.CI ? false : 'no Chromium is installed';
const flags = ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'];

const stage = exampleDrill.recovery['restore-db'] ?? [];
const page = renderHtml(
  judge(
    buildJournal({
      rehearsal: true,
      drill: { recovery: { 'restore-db': stage, 'replay-ci': stage } },
      cases: [{}, { recovery: 'replay-ci', outage: { fromMs: 500, toMs: 12_000 } }],
    }),
  ),
);

let browser: Browser | undefined;
before(async () => {
  if (skip !== false) return;
  const { chromium } = await import('playwright-core');
  browser = await chromium.launch({ executablePath: executablePath ?? 'chromium', args: flags });
});
after(() => browser?.close());

for (const colorScheme of ['light', 'dark'] as const) {
  test(
    `html in a browser - ${colorScheme}: no errors, nothing fetched, no accessibility finding`,
    { skip },
    async () => {
      assert.ok(browser);
      const context = await browser.newContext({ bypassCSP: true, colorScheme });
      const tab = await context.newPage();
      const troubles: string[] = [];
      tab.on('console', (message) => troubles.push(message.text()));
      tab.on('pageerror', (error) => troubles.push(error.message));
      tab.on('request', (request) => troubles.push(request.url()));
      await tab.setContent(page);
      await tab.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const found = await tab.evaluate(
        'axe.run().then(({ violations }) => violations.map((it) => `${it.impact} ${it.id}`))',
      );
      assert.deepEqual(found, []);
      assert.deepEqual(troubles, []);
      await context.close();
    },
  );
}

test('html in a browser - prints, and needs no sideways scrolling on a phone', { skip }, async () => {
  assert.ok(browser);
  const tab = await browser.newPage({ viewport: { width: 390, height: 800 } });
  await tab.setContent(page);
  assert.ok((await tab.pdf()).length > 20_000);
  assert.equal(await tab.evaluate('document.documentElement.scrollWidth <= 390'), true);
  await tab.close();
});

test(
  'html in a browser - 200 cases with 100,000 differences open, unfold and scroll without lag',
  { skip },
  async () => {
    assert.ok(browser);
    const tab = await browser.newPage();
    const measure = await tab.context().newCDPSession(tab);
    await measure.send('Performance.enable', { timeDomain: 'threadTicks' });
    /** Seconds of a processor that the page's only thread has taken since it was asked before, however busy the machine is. */
    const busySince = async (): Promise<number> => {
      const { metrics } = await measure.send('Performance.getMetrics');
      const total = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
      const busy = total - seenS;
      seenS = total;
      return busy;
    };
    let seenS = 0;
    await tab.setContent(renderHtml(largeResult()));
    const openS = await busySince();
    await tab.evaluate("document.querySelectorAll('details').forEach((it) => { it.open = true; })");
    await tab.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await tab.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    );
    const unfoldS = await busySince();
    assert.ok(
      openS > 0 && openS < 3 && unfoldS < 3,
      `open ${openS} s, unfold everything and scroll ${unfoldS} s`,
    );
    await tab.close();
  },
);

test('html in a browser - the keyboard reaches and opens what is folded', { skip }, async () => {
  assert.ok(browser);
  const tab = await browser.newPage();
  await tab.setContent(page);
  await tab.locator('summary').first().focus();
  await tab.keyboard.press('Enter');
  assert.equal(await tab.locator('details').first().getAttribute('open'), '');
  await tab.close();
});

function pathOf(name: string): string | undefined {
  try {
    return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
