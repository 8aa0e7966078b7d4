import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { ReadyArtifact } from '../artifact/artifact.js';
import { runWriter } from '../artifact/made-runs.js';
import { readyArtifact } from '../artifact/ready-artifact.js';
import type { Artifact } from '../model/drill-recovery.js';
import type { PipelineStep } from '../model/pipeline.js';
import type { ReplaySince } from '../model/plan.js';
import { systemClock } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import { runCommand } from '../system/command.js';
import { fakeAdmin } from '../testing/fake-admin.js';
import { fakeLab } from '../testing/fake-lab.js';
import { repositoryWith } from '../testing/repository.js';
import { perform } from './actions.js';

const folder = await mkdtemp(join(tmpdir(), 'kong-drill-replay-'));
after(() => rm(folder, { recursive: true }));
const repository = await repositoryWith(folder, 'kong.yaml', ['one\n', 'two\n', 'three\n']);
const start: ReplaySince = { kind: 'start' };

test('replay - a git repository, commit by commit, with the files as they were', async () => {
  const { ok, detail, seen } = await replayed({ since: start });
  assert.equal(ok, true, detail);
  assert.equal(seen, 'one\ntwo\nthree\n');
  assert.equal(detail, '3 runs, 3 steps');
});

test('replay - only the newest state, or what came after a commit', async () => {
  assert.equal((await replayed({ since: start, newestOnly: true })).seen, 'three\n');
  const { runs = [] } = await pipeline();
  const revision = runs[0]?.revision?.slice(0, 8) ?? '';
  assert.equal((await replayed({ since: { kind: 'revision', revision } })).seen, 'two\nthree\n');
  const unknown = await replayed({ since: { kind: 'revision', revision: 'feedc0de' } });
  assert.deepEqual([unknown.ok, unknown.detail], [false, 'no commit feedc0de among the 3 of the pipeline']);
});

test('replay - since the artifacts of earlier stages, the newest of those whose age is known', async () => {
  const since: ReplaySince = { kind: 'artifact', artifacts: ['backup', 'dump'] };
  const backup = await pipeline({ createdUtc: '2026-03-01T12:00:00Z' });
  const dump = await pipeline({ takenFromMs: clock.nowMs() });
  const dated = [
    ['backup', backup],
    ['dump', withoutDate(backup)],
  ] as const;
  assert.equal((await replayed({ since }, dated)).seen, 'two\nthree\n');
  assert.equal(
    (
      await replayed({ since }, [
        ['backup', backup],
        ['dump', dump],
      ])
    ).seen,
    '',
  );
  const undated = [
    ['backup', withoutDate(backup)],
    ['dump', withoutDate(backup)],
  ] as const;
  assert.match((await replayed({ since }, undated)).detail ?? '', /of backup and dump nobody knows when/);
});

test('replay - twice, and a run that works only once is told', async () => {
  const once = ['sh', '-c', 'mkdir "$(cat kong.yaml).made"'];
  const { ok, detail, output } = await replayed({ since: start, times: 2 }, [], [{ command: once }]);
  assert.equal(ok, false);
  assert.match(detail ?? '', /^again: [0-9a-f]{10} state 1, step 1: exit code 1: mkdir/);
  assert.match(output ?? '', /state 3: 1 steps\nagain: /);
  assert.equal((await replayed({ since: start, times: 2 })).detail, '3 runs, 3 steps, twice');
});

test('replay - runs that were made until the failure follow those that were given, and are newer than the backup', async () => {
  const madeRuns = join(folder, 'made');
  const log = join(folder, 'made.log');
  const say = (word: string): PipelineStep => ({ command: ['sh', '-c', `echo ${word} >> ${log}`] });
  const repos = { ...(await pipeline({}, [say('given')])), madeRuns };
  const backup = await pipeline({ takenFromMs: clock.nowMs() });
  const write = await runWriter(madeRuns, clock);
  await clock.sleep(5);
  for (const word of ['made-1', 'made-2']) await write(say(word));
  const all = await replayed({ since: start }, [['repos', repos]]);
  assert.equal(all.detail, '5 runs, 5 steps');
  assert.equal(await readFile(log, 'utf8'), 'given\ngiven\ngiven\nmade-1\nmade-2\n');
  await rm(log);
  const since: ReplaySince = { kind: 'artifact', artifacts: ['backup'] };
  await replayed({ since }, [
    ['repos', repos],
    ['backup', backup],
  ]);
  assert.equal(await readFile(log, 'utf8'), 'made-1\nmade-2\n');
  await rm(madeRuns, { recursive: true });
  const gone = await replayed({ since: start }, [['repos', repos]]);
  assert.equal(gone.ok, false);
  assert.match(gone.detail ?? '', /made/);
});

const clock: Clock = systemClock();

interface Choice {
  readonly since: ReplaySince;
  readonly times?: number;
  readonly newestOnly?: boolean;
}

/** What each run found in the file, in order. */
async function replayed(
  { since, times = 1, newestOnly = false }: Choice,
  others: readonly (readonly [string, ReadyArtifact])[] = [],
  steps?: Extract<Artifact, { kind: 'pipeline' }>['steps'],
) {
  const log = join(folder, `seen-${Math.random().toString(36).slice(2)}`);
  const artifact = await pipeline({}, steps ?? [{ command: ['sh', '-c', `cat kong.yaml >> ${log}`] }]);
  const outcome = await perform(
    { kind: 'replay', artifact: 'repos', since, times, newestOnly },
    {
      lab: lab(),
      admin: fakeAdmin(),
      folder,
      artifacts: new Map([['repos', artifact], ...others]),
      clock,
      signal: new AbortController().signal,
      limitMs: 30_000,
    },
  );
  return { ...outcome, seen: await readFile(log, 'utf8').catch(() => '') };
}

async function pipeline(
  more: Partial<ReadyArtifact> = {},
  steps: Extract<Artifact, { kind: 'pipeline' }>['steps'] = [{ deck: 'kong.yaml' }],
): Promise<ReadyArtifact> {
  const artifact = await readyArtifact(
    'repos',
    { kind: 'pipeline', git: repository, steps },
    {
      lab: lab(),
      isOurs: () => false,
      tools: new Set(),
      clock,
      signal: new AbortController().signal,
      limitMs: 30_000,
      folder,
      workFolder: await mkdtemp(join(folder, 'work-')),
    },
  );
  assert.deepEqual(artifact.faults, []);
  return { ...artifact, ...more };
}

function withoutDate(artifact: ReadyArtifact): ReadyArtifact {
  const { createdUtc, ...rest } = artifact;
  assert.ok(createdUtc);
  return rest;
}

function lab() {
  return {
    ...fakeLab().lab,
    command: ({ command, ...options }: Parameters<ReturnType<typeof fakeLab>['lab']['command']>[0]) =>
      runCommand(command, options),
  };
}
