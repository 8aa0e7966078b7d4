import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { DrillError } from '../model/drill-error.js';
import type { JournalEvent, NewEvent } from '../model/journal.js';
import { systemClock } from '../system/clock.js';
import { checkJournal } from './check-journal.js';
import { openJournal } from './journal.js';
import { readJournal } from './read-journal.js';
import { createRedactor } from './redaction.js';

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function journalIn(folder: string, onEvent?: (event: JournalEvent) => void) {
  const faults: string[] = [];
  const redactor = createRedactor(['hunter2-hunter2']);
  const onFault = (message: string) => faults.push(message);
  const options = { clock: systemClock(), redactor, onFault, ...(onEvent ? { onEvent } : {}) };
  return { journal: await openJournal(folder, options), faults };
}

const note = (text: string): NewEvent => ({ kind: 'note', level: 'info', text });

test('journal - what is recorded is read back, numbered, in order, by case', async (context) => {
  const { journal } = await journalIn(await temporaryFolder(context));
  journal.record(note('one'));
  journal.forCase('restore-db#1')({ kind: 'recovered-steps', t: 1.23456 });
  await journal.sync();
  journal.forCase('restore-db#1')({ kind: 'probes', stream: 's', samples: [[0, 1.5, 2.5, 0]] });
  await journal.close();
  const events = [...readJournal(journal.file)];
  assert.deepEqual(
    events.map((event) => [event.seq, event.kind, event.case]),
    [
      [0, 'note', undefined],
      [1, 'recovered-steps', 'restore-db#1'],
      [2, 'probes', 'restore-db#1'],
    ],
  );
  assert.equal(events[1]?.t, 1.235);
  assert.deepEqual(await checkJournal(events), []);
});

test('journal - an event is in the file when record returns', async (context) => {
  const { journal } = await journalIn(await temporaryFolder(context));
  journal.record(note('there'));
  assert.match(await readFile(journal.file, 'utf8'), /"text":"there"\}\n$/);
  await journal.close();
});

test('journal - secrets reach neither the file nor a listener', async (context) => {
  const seen: JournalEvent[] = [];
  const { journal } = await journalIn(await temporaryFolder(context), (event) => seen.push(event));
  journal.record(note('password=hunter2-hunter2'));
  await journal.close();
  assert.ok(!(await readFile(journal.file, 'utf8')).includes('hunter2'));
  assert.ok(!JSON.stringify(seen).includes('hunter2'));
  assert.equal(seen.length, 1);
});

test('journal - a folder that holds one already is refused', async (context) => {
  const folder = await temporaryFolder(context);
  await (await journalIn(folder)).journal.close();
  await assert.rejects(async () => journalIn(folder), DrillError);
});

test('journal - trouble is told once and never thrown, and later events stand alone', async (context) => {
  const { journal, faults } = await journalIn(await temporaryFolder(context), () => {
    throw new Error('a listener broke');
  });
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  journal.record({ kind: 'failure-issued', failure: 'lose', target: 'postgres', planned: circular });
  journal.record({ kind: 'failure-issued', failure: 'lose', target: 'postgres', planned: 1n });
  journal.record(note('after'));
  await journal.close();
  journal.record(note('too late'));
  await journal.close();
  assert.equal(faults.length, 1);
  assert.equal(journal.fault(), faults[0]);
  const events = [...readJournal(journal.file)];
  assert.deepEqual(
    events.map((event) => event.seq),
    [2],
  );
  assert.match((await checkJournal(events))[0]?.message ?? '', /expected event 0, got 2/);
});

test('journal - a disk that is full for a while is told once, and every line stays whole', async (context) => {
  const folder = await temporaryFolder(context);
  const here = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    const { openJournal } = await import(${here('./journal.js')});
    const { createRedactor } = await import(${here('./redaction.js')});
    const faults = [];
    const clock = { nowMs: () => 1 };
    const options = { clock, redactor: createRedactor(), onFault: (message) => faults.push(message) };
    const journal = await openJournal(${JSON.stringify(folder)}, options);
    for (const size of [100, 1300, 1300, 100]) {
      journal.record({ kind: 'note', level: 'info', text: 'x'.repeat(size) });
    }
    await journal.close();
    process.stdout.write(JSON.stringify(faults));`;
  const limited = ['-c', 'trap "" XFSZ; ulimit -f 4; exec "$0" --input-type=module -e "$1"'];
  const { stdout } = await promisify(execFile)('sh', [...limited, process.execPath, program]);
  const faults = JSON.parse(stdout) as string[];
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /EFBIG/);
  const events = [...readJournal(join(folder, 'journal.ndjson'))];
  assert.deepEqual(
    events.map((event) => event.seq),
    [0, 1, 3],
  );
});

for (const cut of [1, 10, 40]) {
  test(`journal - a last line torn ${cut} bytes short is left out`, async (context) => {
    const { journal } = await journalIn(await temporaryFolder(context));
    journal.record(note('whole'));
    journal.record(note('torn by kill -9, in the middle of a write'));
    await journal.close();
    const size = (await readFile(journal.file)).length;
    await truncate(journal.file, size - cut);
    const torn: number[] = [];
    const events = [...readJournal(journal.file, { onTorn: (line) => torn.push(line) })];
    assert.equal(events.length, cut === 1 ? 2 : 1);
    assert.deepEqual(torn, cut === 1 ? [] : [2]);
  });
}

test('journal - a line in the middle that is no event is an error that names it', async (context) => {
  const file = join(await temporaryFolder(context), 'journal.ndjson');
  await writeFile(file, '{"seq":0,"t":0,"kind":"recovered-steps"}\nnot json\n');
  await appendFile(file, '{"seq":1,"t":0,"kind":"recovered-steps"}\n');
  assert.throws(() => [...readJournal(file)], /journal\.ndjson:2: expected an event/);
});

test('journal - lines longer than a chunk and text beyond ASCII survive', async (context) => {
  const { journal } = await journalIn(await temporaryFolder(context));
  const long = 'ä€😀'.repeat(300_000);
  journal.record(note(long));
  journal.record(note('next'));
  await journal.close();
  const texts = [...readJournal(journal.file)].map((event) => (event.kind === 'note' ? event.text : ''));
  assert.ok(texts[0] === long && texts[1] === 'next');
});

test('journal - the check names an event that the schema does not know', async () => {
  const event = { seq: 0, t: 1, kind: 'note', level: 'shout', text: 'x' } as unknown as JournalEvent;
  assert.match((await checkJournal([event]))[0]?.message ?? '', /note: .*level/);
  assert.match((await checkJournal([]))[0]?.message ?? '', /empty/);
});
