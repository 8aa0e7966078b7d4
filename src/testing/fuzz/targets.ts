/** What is fuzzed: commands of the tool on files that somebody hostile, or a broken disk, has changed. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { failureText } from '../../cli/failure-text.js';
import { inProcess } from '../../cli/testing/in-process.js';
import { renderAzureCommands } from '../../report/azure.js';
import { renderGithubAnnotations, renderGithubSummary } from '../../report/github.js';
import { parseDrillFile } from '../../drillfile/parse.js';
import { formatProblem } from '../../drillfile/problem.js';
import { createRedactor } from '../../journal/redaction.js';
import { explainPlan } from '../../plan/explain.js';
import { planDrill } from '../../plan/plan.js';
import { surveyFolder } from '../../init/survey.js';
import { DrillError } from '../../model/drill-error.js';
import { noLineBefore } from '../../evidence/run-index.js';
import { sha256 } from '../../system/files.js';
import { readTar, unpackTar } from '../../system/tar.js';
import { apart } from '../shards.js';
import { readRun } from '../../evidence/read-run.js';
import * as corpus from './corpus.js';
import { liveParts } from './inert.js';
import { lyingAdmin, lies } from './lying-admin.js';
import { mutated, mutatedLines } from './mutations.js';
import { hostileTars } from './tars.js';

/** One way in. An input is a text; a target throws where it is handled wrongly. */
export interface FuzzTarget {
  readonly inputs: fc.Arbitrary<string>;
  /** In an empty folder. */
  readonly check: (input: string, folder: string) => Promise<void>;
}

const encodings: readonly ((secret: string) => string)[] = [
  String,
  encodeURIComponent,
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => Buffer.from(secret).toString('hex'),
  (secret) => Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
  (secret) => secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
];

/** One of them is mutated, the other is as it was written. */
const twoShards = apart(corpus.twoPaths, 2);

export const fuzzTargets: Readonly<Record<string, FuzzTarget>> = {
  drill: {
    inputs: mutated(corpus.drillTexts),
    check: async (input, folder) => {
      const file = put(folder, 'drill.yaml', input);
      await said('validate', file);
      await said('plan', file);
    },
  },
  'drill-text': {
    inputs: mutated(corpus.drillTexts),
    check: async (input) => {
      await refusedOrDone(() => {
        const parsed = parseDrillFile('drill.yaml', input, {
          look: () => ({ exists: true, neighbours: [] }),
        });
        if (parsed.ok) return Promise.resolve(explainPlan(planDrill(parsed.drill, { folder: '/' })));
        assert.ok(parsed.problems.length > 0);
        return Promise.resolve(parsed.problems.map(formatProblem));
      });
    },
  },
  redaction: {
    inputs: mutated(corpus.drillTexts.map((text) => text.slice(0, 2_000))),
    check: (input) => {
      const secret = 'kdx-canary/"1 <&>';
      const form = encodings[input.length % encodings.length] ?? String;
      const middle = Math.floor(input.length / 2);
      const text = `${input.slice(0, middle)} ${form(secret)} ${input.slice(middle)}`;
      const hidden = createRedactor([secret]).redact(text);
      assert.ok(!hidden.includes(form(secret)), 'a secret that is still there');
      return Promise.resolve();
    },
  },
  project: {
    inputs: mutated(corpus.projectTexts),
    check: async (input, folder) => {
      put(folder, 'kong-drill.yaml', input);
      const file = put(folder, 'drill.yaml', corpus.drillTexts[0] ?? '');
      await said('list', file, '--matrix', '--out', folder);
      await said('history', '--out', folder);
    },
  },
  pipeline: {
    inputs: mutated(corpus.pipelineTexts),
    check: async (input, folder) => {
      mkdirSync(join(folder, 'runs'));
      put(folder, 'runs/1.yaml', input);
      const drill = {
        name: 'fuzzed',
        state: { pipeline: 'runs' },
        failure: [{ kind: 'truncate' }],
        artifacts: { repos: { kind: 'pipeline', path: 'runs' } },
        recovery: { replay: [{ stage: 'ci-replay', from: 'repos' }] },
      };
      await said('plan', put(folder, 'drill.yaml', JSON.stringify(drill)));
    },
  },
  deck: { inputs: mutated(corpus.deckTexts), check: comparedWith('deck.yaml', corpus.deckTexts[0]) },
  dump: { inputs: mutated(corpus.dumpTexts), check: comparedWith('kong.sql', corpus.dumpTexts[0]) },
  snapshot: {
    inputs: fc.oneof(mutatedLines([corpus.snapshotLines]), mutated([lined(corpus.snapshotLines)])),
    check: comparedWith('kong.snapshot', lined(corpus.snapshotLines)),
  },
  compose: {
    inputs: mutated([...corpus.composeTexts, ...corpus.deckTexts]),
    check: async (input, folder) => {
      put(folder, 'docker-compose.yml', input);
      put(folder, 'kong.yaml', input);
      await refusedOrDone(() => surveyFolder(folder));
    },
  },
  journal: {
    inputs: fc.oneof(
      { weight: 4, arbitrary: mutatedLines(corpus.journals) },
      { weight: 1, arbitrary: mutated(corpus.journals.map(lined)) },
    ),
    check: async (input, folder) => {
      put(folder, 'journal.ndjson', input);
      const out = join(folder, 'out');
      await said('report', folder, '--out', out);
      await said('verify', folder);
      expectOnly(folder, ['journal.ndjson', 'out']);
      expectInertReports(out);
      await refusedOrDone(async () => expectInertForCi(await readRun(folder), folder));
    },
  },
  shards: {
    inputs: mutatedLines(twoShards),
    check: async (input, folder) => {
      const other = twoShards[input.includes('"shard":{"index":2') ? 0 : 1];
      put(folder, '0/journal.ndjson', input);
      put(folder, '1/journal.ndjson', lined(other ?? []));
      await said('merge', join(folder, '0'), join(folder, '1'), '--out', join(folder, 'out'));
      expectOnly(folder, ['0', '1', 'out']);
    },
  },
  index: {
    inputs: mutatedLines([corpus.indexLines]),
    check: async (input, folder) => {
      await saidOfReports(folder, chained(objectsIn(input)), JSON.stringify(corpus.runResult));
    },
  },
  result: {
    inputs: mutatedLines([[corpus.runResult]]),
    check: (input, folder) => saidOfReports(folder, chained(corpus.indexLines), input),
  },
  tar: {
    inputs: hostileTars,
    check: async (input, folder) => {
      const bytes = Buffer.from(input, 'latin1');
      const kept = put(folder, 'outside/kept', 'kept');
      for (const [place, options] of [
        ['loosely', {}],
        ['exactly', { exact: true }],
      ] as const) {
        const to = join(folder, place);
        mkdirSync(to);
        await refusedOrDone(() => unpackTar(inPieces(bytes), to, options));
        expectPlain(to, bytes.length);
      }
      const take = (content: Buffer) => assert.ok(content.length <= bytes.length);
      await refusedOrDone(() => readTar(inPieces(bytes), { wanted: () => true, take }));
      expectOnly(folder, ['outside', 'loosely', 'exactly']);
      expectOnly(join(folder, 'outside'), ['kept']);
      assert.equal(readFileSync(kept, 'utf8'), 'kept');
    },
  },
  'lying-admin': {
    inputs: lies,
    check: async (input, folder) => {
      await using admin = await lyingAdmin(input);
      await said('snapshot', admin.url, '-o', join(folder, 'kong.snapshot'), '--timeout', '5');
      admin.expectHonestClient();
    },
  },
};

/** The index and the result of a run, looked through by whatever does so. */
async function saidOfReports(folder: string, index: string, result: string): Promise<void> {
  const reports = join(folder, 'reports');
  put(reports, 'index.ndjson', index);
  const run = 'postgres-lost/2026-11-23T22-00-00-000Z';
  put(reports, `${run}/result.json`, result);
  put(reports, `${run}/journal.ndjson`, lined(corpus.journals[0] ?? []));
  await said('history', '--reports', reports);
  await said('list', put(folder, 'drill.yaml', corpus.drillTexts[0] ?? ''), '--matrix', '--out', reports);
  const period = ['--from', '2026-11-01', '--to', '2026-11-30'];
  await said('audit', '--reports', reports, ...period, '--out', join(folder, 'pack'));
  expectInertReports(join(folder, 'pack'));
  expectOnly(folder, ['reports', 'drill.yaml', 'pack']);
}

/** As a disk or a socket hands it over. */
// eslint-disable-next-line @typescript-eslint/require-await
async function* inPieces(bytes: Buffer): AsyncGenerator<Buffer> {
  const piece = 700;
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
}

/** Files and folders only, none that runs as its owner, and no more than came in. */
function expectPlain(folder: string, mostBytes: number): void {
  // What was packed may forbid to look.
  chmodSync(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path);
    assert.ok(found.isFile() || found.isDirectory(), `${path}: neither a file nor a folder`);
    assert.equal(found.mode & 0o7000, 0, `${path}: its mode is ${found.mode.toString(8)}`);
    if (found.isDirectory()) expectPlain(path, mostBytes);
    else assert.ok(found.size <= mostBytes && found.nlink === 1, `${path}: ${found.size} bytes`);
  }
}

/** As the index has them, each line with the hash of the one before, and its own. */
function chained(entries: readonly object[]): string {
  let previous = noLineBefore;
  return entries
    .map((entry) => {
      const body = JSON.stringify({ ...entry, previous });
      const line = `${body.slice(0, -1)},"sha256":"${sha256(body)}"}`;
      previous = sha256(line);
      return `${line}\n`;
    })
    .join('');
}

function objectsIn(lines: string): object[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
}

/** @throws where there is more in the folder than it may have. */
function expectOnly(folder: string, names: readonly string[]): void {
  assert.deepEqual(
    readdirSync(folder).filter((name) => !names.includes(name)),
    [],
  );
}

function lined(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function put(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** Runs a command: it ends with a code, or with an error of the tool's own; neither may carry a control character. */
async function said(...words: string[]): Promise<void> {
  await refusedOrDone(async () => {
    const { out, err } = await inProcess(words, {
      PATH: '',
      KONG_DRILL_SNAPSHOT_KEY: 'a-key-of-the-fuzzer-1234567890',
    });
    expectInert(out + err, 'console');
  });
}

async function refusedOrDone(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    // What Node forbids here is a way out, however well it is worded.
    if (!(error instanceof DrillError) || error.message.includes('restricted')) throw error;
    assert.ok(failureText(error, false).text.length < 20_000, 'an error of more than 20,000 characters');
  }
}

function comparedWith(name: string, whole = ''): FuzzTarget['check'] {
  return async (input, folder) => {
    const [before, after] = [put(folder, `before/${name}`, whole), put(folder, `after/${name}`, input)];
    const [junit, html] = [join(folder, 'TEST-compared.xml'), join(folder, 'compared.html')];
    await said('compare', before, after, '--junit', junit, '--html', html);
    await said('compare', after, before);
    expectInertReports(folder);
  };
}

function expectInertReports(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names) {
    const form = name.endsWith('.xml')
      ? 'junit'
      : name.endsWith('.html')
        ? 'html'
        : name.endsWith('.md')
          ? 'markdown'
          : undefined;
    if (form) expectInert(readFileSync(join(folder, name), 'utf8'), form);
  }
}

function expectInertForCi(result: Awaited<ReturnType<typeof readRun>>, folder: string): void {
  const runs = [{ result, folder }];
  expectInert(renderGithubSummary(runs), 'markdown');
  expectInert(
    [...renderGithubAnnotations(runs), ...renderAzureCommands(runs, (path) => path)].join('\n'),
    'ci',
  );
}

function expectInert(text: string, form: Parameters<typeof liveParts>[1]): void {
  assert.deepEqual(liveParts(text, form), []);
}

/** Empties the folder of an input. */
export function emptied(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
