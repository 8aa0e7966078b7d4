import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventOf, JournalEvent } from '../model/journal.js';
import { buildJournal, exampleDrill } from '../testing/journal-builder.js';
import { apart } from '../testing/shards.js';
import { expectOneRun } from './fitting-shards.js';
import type { ShardRun } from './shard-run.js';

const tool = 'kong-drill 0.1.0';
const whole = buildJournal({ cases: [{}, { recovery: 'replay-ci' }, { repetition: 2 }] });

function runsOf(journals: readonly (readonly JournalEvent[])[]): readonly ShardRun[] {
  return journals.map(([started, ...events], place) => {
    assert.ok(started?.kind === 'run-started' && started.shard);
    const ofRun = [started, ...events].filter((it) => it.case === undefined);
    return { folder: `machine-${place + 1}`, started, shard: started.shard, ofRun };
  });
}

interface Refusal {
  readonly edit?: (started: EventOf<'run-started'>) => EventOf<'run-started'>;
  /** Of the second of three machines only. */
  readonly events?: (event: JournalEvent) => JournalEvent;
  readonly message: RegExp;
}

const secondOnly =
  (change: Partial<EventOf<'run-started'>>) =>
  (started: EventOf<'run-started'>): EventOf<'run-started'> =>
    started.shard?.index === 2 ? { ...started, ...change } : started;

const [first] = whole;
assert.ok(first?.kind === 'run-started');
const { drill } = first;

const refusals: Readonly<Record<string, Refusal>> = {
  'another drill file': {
    edit: secondOnly({ drill: { ...drill, sha256: 'c'.repeat(64) } }),
    message: /shards 1 and 2 are not of one run, another drill file: a+ and c+$/,
  },
  'another revision': {
    edit: secondOnly({ drill: { ...drill, gitRevision: 'other' } }),
    message: /another git revision: 5f1f0b2 and other$/,
  },
  'another version of kong-drill': {
    edit: secondOnly({ tool: 'kong-drill 9.9.9' }),
    message: /another version of kong-drill: kong-drill 0\.1\.0 and kong-drill 9\.9\.9$/,
  },
  'all by a version that is not this one': {
    edit: (started) => ({ ...started, tool: 'kong-drill 9.9.9' }),
    message: /its shards were run by kong-drill 9\.9\.9, this is kong-drill 0\.1\.0$/,
  },
  'a rehearsal among real runs': {
    edit: secondOnly({ rehearsal: true }),
    message: /another Kong \(real, or a rehearsal\): real and rehearsal$/,
  },
  'another engine': { edit: secondOnly({ engine: 'containers' }), message: /another engine: processes and/ },
  'another method of backup': {
    edit: secondOnly({ drill: { ...drill, content: { ...exampleDrill, require: 'any' } } }),
    message: /another plan of the drill$/,
  },
  'another split of the cases': {
    edit: (started) =>
      started.shard?.index === 2
        ? { ...started, shard: { ...started.shard, cases: started.shard.cases.toReversed() } }
        : started,
    message: /another split of the cases$/,
  },
  'a case that fell to another': {
    edit: (started) => (started.shard?.index === 2 ? { ...started, cases: first.cases } : started),
    message: /expected the cases that fell to shard 2, replay-ci#1, got restore-db#1, replay-ci#1/,
  },
  'another Postgres': {
    events: (event) =>
      event.kind === 'software'
        ? { ...event, software: event.software.map((it) => ({ ...it, version: '16.0' })) }
        : event,
    message: /shards 1 and 2 ran with another kong: 3\.9\.1 \(binary\) and 16\.0 \(binary\)$/,
  },
};

for (const [what, { edit, events = (event: JournalEvent) => event, message }] of Object.entries(refusals)) {
  test(`fitting shards - refused: ${what}`, () => {
    const journals = apart(whole, 3, edit).map((it, place) => (place === 1 ? it.map(events) : it));
    assert.throws(() => expectOneRun(runsOf(journals), tool), message);
  });
}

test('fitting shards - those of one run, in any order', () => {
  expectOneRun(runsOf(apart(whole, 3)).toReversed(), tool);
});

test('fitting shards - refused: what is missing, by number and with its cases', () => {
  const [, two] = runsOf(apart(whole, 3));
  assert.ok(two);
  assert.throws(
    () => expectOneRun([two], tool),
    /missing shards 1, 3 of 3, with restore-db#1, restore-db#2$/,
  );
});

test('fitting shards - refused: one run twice, and two runs of one shard', () => {
  const [one, two] = runsOf(apart(whole, 2));
  assert.ok(one && two);
  assert.throws(() => expectOneRun([one, two, one], tool), /shard 1 of 2 is there twice, the same run: /);
  const again = { ...one, started: { ...one.started, runId: 'another' } };
  assert.throws(() => expectOneRun([one, two, again], tool), /is there twice, two runs of it: /);
});

test('fitting shards - refused: a path that one machine tried and another could not', () => {
  const [one, two, three] = runsOf(
    apart(whole, 3, (started) =>
      started.shard?.index === 3
        ? { ...started, cases: [], skipped: [{ recovery: 'restore-db', reason: 'pg_restore is not there' }] }
        : started,
    ),
  );
  assert.ok(one && two && three);
  assert.throws(
    () => expectOneRun([one, two, three], tool),
    /shard 3 skipped restore-db \(pg_restore is not there\), and shard 1 tried it$/,
  );
});
