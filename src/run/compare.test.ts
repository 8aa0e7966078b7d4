import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NewEvent } from '../model/journal.js';
import type { CaseContext } from './case-context.js';
import { compare } from './compare.js';
import type { Disaster } from './disaster.js';

test('compare - each part stands for itself, and the one that writes a route comes last of all', async () => {
  const noted: string[] = [];
  const gone = () => {
    throw new Error('Kong is gone');
  };
  const context = {
    signal: new AbortController().signal,
    record: (event: NewEvent) => noted.push(event.kind === 'note' ? event.text : event.kind),
    get plan() {
      return gone();
    },
    get lab() {
      return gone();
    },
    get admin() {
      return gone();
    },
  };
  const disaster = { backup: { deck: {} }, instruments: {}, ledgers: [{ way: 'admin-api', ledger: [] }] };
  await compare(context as unknown as CaseContext, disaster as unknown as Disaster);
  assert.deepEqual(
    noted.map((text) => text.replace(/ could not be compared: .*$/, '')),
    [
      'entities',
      'the ledger',
      'behaviour',
      'what Kong remembers',
      'what decK says',
      'the effect of a new route',
    ],
  );
});
