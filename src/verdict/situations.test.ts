import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { checkJournal } from '../journal/check-journal.js';
import type { JournalEvent } from '../model/journal.js';
import { buildJournal } from '../testing/journal-builder.js';
import { situationsDocument } from '../testing/situations/document.js';
import { situations } from '../testing/situations/situations.js';

const committed = new URL('../../reports/examples/situations.md', import.meta.url);

test('situations - every sentence and figure is the committed one; `npm run examples` draws them anew', async () => {
  const drawn = situationsDocument().split('\n');
  const kept = (await readFile(committed, 'utf8')).split('\n');
  const first = drawn.findIndex((line, place) => line !== kept[place]);
  assert.deepEqual([first, drawn[first], drawn.length], [-1, undefined, kept.length]);
});

test('situations - each journal is one that the schema accepts', async () => {
  for (const [what, shape] of situations)
    assert.deepEqual(
      await checkJournal(JSON.parse(JSON.stringify(buildJournal(shape))) as JournalEvent[]),
      [],
      what,
    );
});

test('situations - each has a name of its own, and a result of its own', () => {
  assert.equal(new Set(situations.map(([what]) => what)).size, situations.length);
  const sections = situationsDocument()
    .split('\n## ')
    .map((text) => text.split('\n').slice(1).join('\n'));
  assert.deepEqual(
    sections.filter((text, place) => sections.indexOf(text) !== place),
    [],
  );
});
