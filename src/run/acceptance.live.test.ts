/** Whole drills, run as a user runs them: the command line, a real Postgres, and what is left on disk afterwards. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgres } from '../engine/processes/postgres-installation.js';
import { readJournal } from '../journal/read-journal.js';
import type { EventOf } from '../model/journal.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { leftoversOf } from '../testing/leftovers.js';

const root = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'acceptance-'));
// As root, Postgres runs as somebody else, who has to find its programs.
await chmod(folder, 0o755);
after(() => rm(folder, { recursive: true, force: true }));

const withClients = (await findPostgres(process.env)).find(({ binFolder }) =>
  existsSync(join(binFolder, 'pg_dump')),
);
const needsClients = { skip: withClients || process.env.CI ? false : 'no pg_dump on this machine' };

// Side by side: what they ask is what a drill found and left, not how long it took.
describe('drills on processes, as a user runs them', { concurrency: 3 }, () => {
  test('postgres-lost - both paths, side by side, bring everything back, and the journal proves that Postgres was gone', async () => {
    const { result, run, exitCode, left, progress } = await drill('postgres-lost', {
      arguments: ['--jobs', '2'],
    });
    assert.equal(exitCode, 0, result.sentence);
    assert.deepEqual(
      result.paths.map(({ recovery, verdict }) => [recovery, verdict]),
      [
        ['restore-db', 'met'],
        ['replay-ci', 'met'],
      ],
    );
    for (const found of result.cases) assertMeasured(found);
    assertSideBySide(run, result, progress);
    assertRouteLast(run);
    const evidence = confirmations(run).flatMap((event) => event.evidence.filter(({ confirms }) => confirms));
    assert.ok(evidence.some(({ source }) => source.startsWith('process')));
    assert.ok(
      evidence.some(({ source, observed }) => source.startsWith('folder') && observed.includes('gone')),
    );
    for (const report of ['report.html', 'report.md', 'TEST-postgres-lost.xml', 'MANIFEST.sha256']) {
      assert.ok(existsSync(join(run, report)), report);
    }
    assert.deepEqual(left, []);
  });

  test(
    'database-restore - a row that goes missing between the restore and the start of Kong is named',
    needsClients,
    async () => {
      const { result, exitCode, output } = await drill('sabotaged', {
        file: await altered('sabotaged', (text) => `${text}limits: { observe: 15s }\n`),
        environment: await sabotagedPostgres(`DELETE FROM routes WHERE name = 'status-page'`),
      });
      assert.equal(exitCode, 1, output);
      assert.equal(result.verdict, 'missed');
      const routes = result.cases[0]?.objectives.find(({ id }) => id === 'parity:routes');
      assert.equal(routes?.verdict, 'missed');
      assert.match(routes.details.join('\n'), /missing.*status-page/);
      assert.match(output, /status-page/);
    },
  );

  test('sabotage - a route that is left out of the restore is seen, and the runs that were attacked say so', async () => {
    const out = join(folder, 'sabotage');
    const words = [
      'sabotage',
      'drills/quickstart.yaml',
      '--engine',
      'processes',
      '--attack',
      'route-left-out',
    ];
    const started = spawnProgram([...words, '--jobs', '1', '--json', '--out', out], out);
    const [exitCode] = (await once(started.child, 'close')) as [number];
    assert.equal(exitCode, 0, started.output());
    assert.match(started.output(), /"outcome": "caught",\s+"detail": "the route \S+ was removed"/);
    assert.match(started.output(), /"parity:routes"/);
    const runs = readdirSync(join(out, 'quickstart')).filter((name) => name !== 'latest');
    const attacked = runs.filter((name) =>
      readFileSync(join(out, 'quickstart', name, 'journal.ndjson'), 'utf8').includes('sabotaged on purpose'),
    );
    assert.deepEqual([runs.length, attacked.length], [2, 1]);
  });

  test('database-restore - a base backup needs no client tool, nor a Postgres but that from npm', async () => {
    const { result, exitCode, output } = await drill('physical', {
      file: await altered('physical', (text) =>
        text.replace('kind: database,', 'kind: database, method: physical,'),
      ),
      environment: { KONG_DRILL_POSTGRES: 'npm' },
    });
    assert.equal(exitCode, 0, output);
    assert.equal(result.cases[0]?.artifacts[0]?.method, 'physical');
  });

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} - what was measured is reported, and nothing is left`, async () => {
      const started = start('quickstart', {});
      const run = await phaseOf(started, 'quickstart', 'change');
      started.child.kill(signal);
      assert.deepEqual(await once(started.child, 'exit'), [expected, null]);
      const result = resultIn(run);
      assert.equal(result.cases[0]?.outcome, 'interrupted');
      assert.notEqual(result.verdict, 'met');
      assert.ok(existsSync(join(run, 'TEST-quickstart.xml')));
      assert.deepEqual(await leftoversOf(result.runId, started.temporaryFolder), []);
    });
  }
});

/** Two cases at once: a reader is told, each line names its case, and each case has logs of its own. */
function assertSideBySide(run: string, result: RunResult, progress: string): void {
  const ids = ['replay-ci#1', 'restore-db#1'];
  const bounds = [...readJournal(join(run, 'journal.ndjson'))].filter(
    ({ kind }) => kind === 'case-started' || kind === 'case-ended',
  );
  assert.deepEqual(
    bounds.map(({ kind }) => kind),
    ['case-started', 'case-started', 'case-ended', 'case-ended'],
  );
  const note = result.notes.find(({ text }) => /^2 cases ran side by side on \d+ cores/.test(text));
  assert.ok(note, JSON.stringify(result.notes));
  const [, ...lines] = progress.trimEnd().split('\n');
  const ofCases = lines.filter((line) => line.trim().replace(/^warning +/, '') !== note.text);
  const told = ofCases.map((line) => /^(\S+#1) +([a-z-]+) +\S/.exec(line)?.slice(1).join(' ') ?? line);
  for (const id of ids) {
    const own = told.filter((line) => line.startsWith(`${id} `));
    for (const phase of ['provision', 'recover', 'compare', 'clean-up'])
      assert.equal(own.filter((line) => line === `${id} ${phase}`).length, 1, progress);
    for (const log of ['postgres.log', 'kong-1.log'])
      assert.notEqual(readFileSync(join(run, id.replace('#', '-'), 'logs', log), 'utf8'), '');
  }
  assert.deepEqual(
    told.filter((line) => !ids.some((id) => line.startsWith(`${id} `))),
    [],
  );
}

/** Until behaviour is recorded the runner writes no route: that would clear stale routers. */
function assertRouteLast(run: string): void {
  const events = [...readJournal(join(run, 'journal.ndjson'))];
  for (const { case: of } of events.filter(({ kind }) => kind === 'case-started')) {
    const kinds = events.filter((event) => event.case === of).map(({ kind }) => kind);
    const before = Math.max(kinds.lastIndexOf('behaviour'), kinds.lastIndexOf('comparison'));
    assert.ok(before > 0 && kinds.indexOf('new-route') > before, `${of ?? ''}: ${kinds.join()}`);
  }
}

const cli = join(root, 'dist/cli/main.js');

interface Options {
  /** In place of the drill of that name that comes with the project. */
  readonly file?: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The quickstart under another name, with something else about it. */
async function altered(name: string, change: (text: string) => string): Promise<string> {
  const text = await readFile(join(root, 'drills/quickstart.yaml'), 'utf8');
  const file = join(folder, `${name}.yaml`);
  const own = text
    .replace('name: quickstart', `name: ${name}`)
    .replace('fixtures/shop', join(root, 'drills/fixtures/shop'));
  await writeFile(file, change(own));
  return file;
}

interface Started {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly out: string;
  /** Its own TMPDIR: `clean` of one test takes what another has just left in that of all. */
  readonly temporaryFolder: string;
  /** Standard output and standard error, and the latter alone. */
  readonly output: () => string;
  readonly progress: () => string;
}

function start(name: string, options: Options): Started {
  const out = join(folder, `${name}-${Math.random().toString(36).slice(2)}`);
  const words = [
    'run',
    options.file ?? `drills/${name}.yaml`,
    '--engine',
    'processes',
    '--out',
    out,
    ...(options.arguments ?? []),
  ];
  return spawnProgram(words, out, options.environment);
}

function spawnProgram(
  words: readonly string[],
  out: string,
  environment: Readonly<Record<string, string>> = {},
): Started {
  const temporaryFolder = mkdtempSync(join(folder, 'tmp-'));
  chmodSync(temporaryFolder, 0o755);
  const child = spawn(process.execPath, [cli, ...words], {
    cwd: root,
    env: { ...process.env, TMPDIR: temporaryFolder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let progress = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    progress += chunk.toString();
  });
  return { child, out, temporaryFolder, output: () => output, progress: () => progress };
}

async function drill(name: string, options: Options = {}) {
  const started = start(name, options);
  const [exitCode] = (await once(started.child, 'close')) as [number];
  const run = runIn(started.out, name);
  assert.ok(run, started.output());
  const result = resultIn(run);
  return {
    result,
    run,
    exitCode,
    output: started.output(),
    progress: started.progress(),
    left: await leftoversOf(result.runId, started.temporaryFolder),
  };
}

/** Waits until a phase has begun. @returns the folder of the run. */
async function phaseOf({ child, out, output }: Started, name: string, phase: string): Promise<string> {
  for (;;) {
    const run = runIn(out, name);
    const journal = run && join(run, 'journal.ndjson');
    if (
      journal &&
      existsSync(journal) &&
      readFileSync(journal, 'utf8').includes(`"phase-started","phase":"${phase}"`)
    )
      return run;
    assert.equal(child.exitCode, null, output());
    await later();
  }
}

const later = () => sleep(100);

function runIn(out: string, name: string): string | undefined {
  const parent = join(out, name);
  const run = existsSync(parent) ? readdirSync(parent).find((entry) => entry !== 'latest') : undefined;
  return run && join(parent, run);
}

function resultIn(run: string): RunResult {
  return JSON.parse(readFileSync(join(run, 'result.json'), 'utf8')) as RunResult;
}

function confirmations(run: string): readonly EventOf<'failure-confirmed'>[] {
  return [...readJournal(join(run, 'journal.ndjson'))].filter((event) => event.kind === 'failure-confirmed');
}

function assertMeasured(found: CaseResult): void {
  for (const { clock, rto } of found.clocks) {
    assert.ok(rto?.upperMs, `${found.recovery} ${clock}`);
    assert.ok(rto.lowerMs >= 0 && rto.lowerMs <= rto.upperMs);
  }
  assert.ok(
    found.newRoute?.every(({ took }) => took.upperMs !== null),
    JSON.stringify(found.newRoute),
  );
  assert.ok(found.losses.some(({ acknowledged, lost }) => acknowledged > 0 && lost > 0));
  assert.ok(found.parity.some(({ kind, before }) => kind === 'routes' && before === 21));
}

/** A `pg_restore` first on PATH that calls the real one and then loses something. @returns the environment that has it. */
async function sabotagedPostgres(statement: string): Promise<Readonly<Record<string, string>>> {
  const real = withClients?.binFolder ?? assert.fail('no pg_dump: install the client tools of Postgres');
  const bin = await mkdtemp(join(folder, 'bin-'));
  await chmod(bin, 0o755);
  const value = (option: string) => `"$(printf '%s\\n' "$@" | sed -n 's/^--${option}=//p')"`;
  const script = `#!/bin/sh
'${real}/pg_restore' "$@" || exit $?
case "$*" in *--dbname=*) ;; *) exit 0 ;; esac
'${real}/psql' -q -h ${value('host')} -p ${value('port')} -U ${value('username')} -d ${value('dbname')} -c "${statement}"
`;
  await writeFile(join(bin, 'pg_restore'), script, { mode: 0o755 });
  return { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
}
