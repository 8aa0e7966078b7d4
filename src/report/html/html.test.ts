import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJournal, kindComparison } from '../../testing/journal-builder.js';
import type { EarlierRun } from '../../model/history.js';
import type { JournalShape } from '../../testing/journal-builder.js';
import { judge } from '../../verdict/judge.js';
import { renderMarkdown } from '../markdown.js';
import { renderHtml } from './html.js';

const nasty = `</pre><script>alert("x")</script>'"&|\`*_[a](b)\u001b[31m\u0000\u202e`;
const withNastyNames: JournalShape = {
  drill: { title: nasty },
  skipped: [{ recovery: 'spare', reason: nasty }],
  cases: [
    {
      edit: (event) =>
        event.kind === 'comparison'
          ? [
              {
                ...event,
                kinds: [
                  kindComparison(nasty, {
                    missing: 1,
                    differences: [{ change: 'missing', kind: 'routes', entity: nasty }],
                  }),
                ],
              },
            ]
          : [event],
    },
  ],
};
const html = (shape: JournalShape = {}) => renderHtml(judge(buildJournal(shape)));
const markdown = (shape: JournalShape = {}) => renderMarkdown(judge(buildJournal(shape)));

test('html - one file: no script, and nothing that a browser would fetch', () => {
  const page = html();
  assert.doesNotMatch(page, /<script|<img|<iframe|@import|url\(/);
  for (const [, target] of page.matchAll(/\b(?:href|src)="([^"]*)"/g))
    assert.match(target ?? '', /^(#|data:,$)/);
  assert.match(page, /^<!doctype html>\n<html lang="en">/);
});

test('html - text from outside stays text', () => {
  const page = html(withNastyNames);
  assert.doesNotMatch(page, /<script/);
  assert.doesNotMatch(page, /[\u0000\u001b\u202e]/);
  assert.match(page, /&lt;script>alert/);
});

test('markdown - text from outside stays text, and tables keep their columns', () => {
  const text = markdown(withNastyNames);
  const outsideFences = text.replace(/^(`{3,})text\n.*?\n\1$/gms, '');
  assert.doesNotMatch(outsideFences, /<script/);
  assert.doesNotMatch(text, /[\u0000\u001b\u202e]/);
  for (const block of outsideFences.split('\n\n').filter((it) => it.startsWith('|'))) {
    const columns = block
      .trim()
      .split('\n')
      .map((line) => line.replaceAll('\\|', '').split('|').length);
    assert.equal(new Set(columns).size, 1, block);
  }
});

const auditorRows = {
  Identity: [
    'Run',
    'Drill',
    'Git revision',
    'SHA-256 of the drill file',
    'Trigger',
    'CI link',
    'Operator',
    'Participants',
    'Approver',
  ],
  Scope: [
    'Kong',
    'Postgres',
    'Workspaces',
    'Versions and image digests',
    'Host',
    'Isolation',
    'Rehearsal or real',
  ],
  Scenario: ['Disaster', 'Severity, and why', 'Risk or business impact analysis', 'Assumptions'],
  Objectives: ['RTO traffic', 'RPO', 'Parity', 'Declared loss', 'Where they come from'],
  Findings: ['Severity', 'Owner', 'Due date', 'Ticket', 'Run that this one retests'],
  Evidence: ['Manifest', 'Signature', 'Verified by', 'Retention'],
  Programme: [
    'Last run of this drill',
    'Next due (UTC)',
    'Disasters drilled in the period',
    'Disasters not drilled in the period',
  ],
} as const;

for (const [section, rows] of Object.entries(auditorRows)) {
  test(`html, markdown - every row of ${section} is there`, () => {
    const id = section.toLowerCase();
    const [, part = ''] = new RegExp(`<section id="${id}"(.*?)</section>`, 's').exec(html()) ?? [];
    for (const row of rows) assert.ok(part.includes(`<dt>${row}</dt>`), row);
    const [, text = ''] = new RegExp(`\n## ${section}\n(.*?)(\n## |$)`, 's').exec(markdown()) ?? [];
    for (const row of rows) assert.ok(text.includes(`| ${row} |`), row);
  });
}

test('html - what nobody gave is NOT PROVIDED, and what somebody gave stands there', () => {
  const operator = /<dt>Operator<\/dt><dd[^>]*>([^<]*)/;
  assert.equal(operator.exec(html())?.[1], 'NOT PROVIDED');
  assert.equal(operator.exec(html({ drill: { people: { operator: 'Ada' } } }))?.[1], 'Ada');
});

test('html, markdown - a rehearsal says so at the top, a real run nowhere', () => {
  for (const render of [html, markdown]) {
    const page = render({ rehearsal: true });
    const told = page.indexOf('This was a rehearsal');
    assert.ok(told > 0 && told < page.indexOf('Recovery paths side by side'));
    assert.match(page, /REHEARSAL: Kong was played by a stand-in/);
    assert.doesNotMatch(render(), /rehearsal: Kong|This was a rehearsal/);
  }
});

test('html, markdown - a rehearsal in containers is no matter of installing Docker', () => {
  const result = { ...judge(buildJournal({ rehearsal: true })), engine: 'containers' };
  for (const page of [renderHtml(result), renderMarkdown(result)]) {
    assert.match(page, /unset KONG\\?_DRILL\\?_IMAGE\\?_KONG, or name one with/);
    assert.doesNotMatch(page, /install Docker/);
  }
});

test('html, markdown - limits are always printed', () => {
  for (const page of [html(), markdown()]) {
    assert.match(
      page,
      /Hybrid mode, DB-less mode, the Kubernetes Ingress Controller and Konnect are not covered/,
    );
  }
});

test('html - a run with nothing but its beginning still has a page', () => {
  assert.match(html({ cases: [] }), /No recovery path was tried/);
  assert.match(html({ cases: [{ cutAt: 'phase-started' }], ended: false }), /was cut off before its end/);
});

const day = (before: number) =>
  new Date(Date.parse('2026-11-23T22:00:00.000Z') - before * 86_400_000).toISOString();

/** A run that knows of two earlier ones, and of a programme of three drills. */
function withPast(): ReturnType<typeof buildJournal> {
  const [first, ...rest] = buildJournal();
  assert.ok(first?.kind === 'run-started');
  const earlier = [9, 2].map((before): EarlierRun => ({
    runId: `run-${before}`,
    utc: day(before),
    verdict: 'met',
    rehearsal: before === 9,
    engine: 'containers',
    drillSha256: first.drill.sha256,
    paths: [
      { recovery: 'restore-db', verdict: 'met', rto: { traffic: { lowerMs: 61_000, upperMs: 62_000 } } },
    ],
  }));
  const programme = {
    every: '7d',
    drills: [
      { drill: 'postgres-lost', disaster: 'lose postgres' },
      { drill: 'kong-lost', disaster: 'lose kong', lastUtc: day(3), lastVerdict: 'met' as const },
      { drill: 'reset', disaster: 'reset', lastUtc: day(8), lastVerdict: 'met' as const },
      { drill: 'never', disaster: 'truncate' },
    ],
  };
  return [
    first,
    { seq: 1, t: 1, kind: 'earlier-runs', runs: earlier },
    { seq: 2, t: 1, kind: 'programme', programme },
    ...rest,
  ];
}

test('html - the trend: earlier runs against the target of today, rehearsals hollow', () => {
  const page = renderHtml(judge(withPast()));
  const points = [...page.matchAll(/<g class="point ([^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(points.slice(0, 3), ['missed rehearsal', 'missed', 'met']);
  assert.match(
    page,
    /aria-label="restore-db: RTO traffic, oldest run first: 2026-11-14[^"]*1 min 01 s – 1 min 02 s/,
  );
  assert.match(page, /<td>rehearsal, engine containers<\/td>/);
  assert.doesNotMatch(html(), /Trend over earlier runs/);
});

test('html, markdown - the programme: what is due, and which disasters have not been drilled in the period', () => {
  const text = renderMarkdown(judge(withPast()));
  assert.match(text, /\| Last run of this drill \| 2026-11-21T22:00:00\.000Z: met \|/);
  assert.match(text, /\| Next due \(UTC\) \| 2026-11-30T22:00:00\.000Z \|/);
  assert.match(
    text,
    /\| Disasters drilled in the period \| lose postgres \(postgres-lost\); lose kong \(kong-lost\) \|/,
  );
  assert.match(text, /\| Disasters not drilled in the period \| reset \(reset\); truncate \(never\) \|/);
  assert.match(markdown(), /\| Disasters not drilled in the period \| NOT PROVIDED \|/);
});
