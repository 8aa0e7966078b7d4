import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from '../model/drill.js';
import type { Failure } from '../model/drill-failure.js';
import type { Artifact, Stage } from '../model/drill-recovery.js';
import { explainPlan } from './explain.js';
import { planDrill } from './plan.js';
import { clearsRouters } from './probed.js';

const loseAll: Failure = { kind: 'lose', target: 'postgres' };

function drillOf(failure: Failure[], stages: Stage[], more: Partial<Drill> = {}): Drill {
  return {
    name: 'sample',
    state: { deck: 'fixtures/shop' },
    artifacts: {
      logical: { kind: 'database', every: '24h' },
      physical: { kind: 'database', method: 'physical', every: '24h' },
      dump: { kind: 'deck', every: '24h' },
      repos: { kind: 'pipeline', path: 'pipelines' },
    },
    failure,
    recovery: { path: stages },
    ...more,
  };
}

function stepsOf(failure: Failure[], stages: Stage[], more: Partial<Drill> = {}): string[][] {
  const plan = planDrill(drillOf(failure, stages, more), { folder: '/drills' });
  return (plan.cases[0]?.stages ?? []).map(({ steps }) =>
    steps.map(({ step, action }) => `${step}: ${action.kind}`),
  );
}

test('plan - logical restore, Postgres lost', () => {
  assert.deepEqual(stepsOf([loseAll], [{ stage: 'database-restore', from: 'logical' }]), [
    ['infrastructure: provision-postgres', 'restore: pg-restore', 'kong: kong'],
  ]);
});

test('plan - logical restore, database dropped, over the server that survived', () => {
  assert.deepEqual(stepsOf([{ kind: 'drop-database' }], [{ stage: 'database-restore', from: 'logical' }]), [
    ['infrastructure: recreate-database', 'restore: pg-restore', 'kong: kong'],
  ]);
});

test('plan - cut off, the network is mended before anything else; a new server is on it anyway', () => {
  const cut: Failure = { kind: 'cut-off' };
  const mended = 'infrastructure: mend-network';
  assert.deepEqual(stepsOf([cut], [{ stage: 'reattach', kong: 'keep' }]), [[mended]]);
  assert.deepEqual(stepsOf([cut, { kind: 'kill', target: 'postgres' }], [{ stage: 'reattach' }]), [
    [mended, 'infrastructure: restart-postgres', 'kong: kong'],
  ]);
  const restore: Stage = { stage: 'database-restore', from: 'logical' };
  assert.equal(stepsOf([cut], [restore])[0]?.[0], mended);
  assert.equal(stepsOf([cut, loseAll], [restore])[0]?.[0], 'infrastructure: provision-postgres');
});

test('plan - logical restore into the existing database, nothing is emptied and the restore cleans', () => {
  const plan = planDrill(
    drillOf(
      [{ kind: 'truncate' }],
      [{ stage: 'database-restore', from: 'logical', into: 'existing', jobs: 4, kong: 'keep' }],
    ),
    { folder: '/drills' },
  );
  const steps = plan.cases[0]?.stages[0]?.steps ?? [];
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['restore'],
  );
  const command = steps[0]?.commands[0] ?? [];
  assert.ok(['--clean', '--if-exists', '--jobs=4', '<logical>'].every((part) => command.includes(part)));
});

test('plan - restore into a newer Kong, migrated before Kong starts, every node anew', () => {
  const plan = planDrill(
    drillOf([loseAll], [{ stage: 'database-restore', from: 'logical', kongVersion: '3.10', kong: 'keep' }], {
      topology: { kong: { nodes: 2 } },
    }),
    { folder: '/drills' },
  );
  const steps = plan.cases[0]?.stages[0]?.steps ?? [];
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['infrastructure', 'restore', 'migrate', 'kong'],
  );
  assert.deepEqual(steps.at(-1)?.action, {
    kind: 'kong',
    nodes: ['provision', 'provision'],
    kongVersion: '3.10',
  });
});

test("plan - a later stage finds the newer Kong, and a script of one's own leaves all as it was", () => {
  const script: Stage = { stage: 'infrastructure', command: ['make'] };
  const upgrade: Stage = { stage: 'database-restore', from: 'logical', kongVersion: '3.10' };
  assert.deepEqual(stepsOf([loseAll], [script, upgrade, { stage: 'ci-replay', from: 'repos' }]), [
    ['infrastructure: command'],
    ['infrastructure: provision-postgres', 'restore: pg-restore', 'migrate: migrate', 'kong: kong'],
    ['replay: replay'],
  ]);
  const plan = planDrill(drillOf([loseAll], [upgrade, { stage: 'ci-replay', from: 'repos', kong: 'new' }]), {
    folder: '/drills',
  });
  const kong = plan.cases[0]?.stages[1]?.steps[0]?.action;
  assert.deepEqual(kong, { kind: 'kong', nodes: ['provision'], kongVersion: '3.10' });
});

test('plan - workspaces are made before decK or a pipeline fills them; a backup brings its own', () => {
  const topology = {
    kong: { edition: 'enterprise' as const },
    workspaces: ['payments', 'default', 'partners'],
  };
  const plan = planDrill(
    drillOf(
      [loseAll],
      [
        { stage: 'database-restore', from: 'logical' },
        { stage: 'ci-replay', from: 'repos' },
      ],
      {
        topology,
      },
    ),
    { folder: '/drills' },
  );
  const [restore, replay] = plan.cases[0]?.stages ?? [];
  assert.ok(restore?.steps.every(({ step }) => step !== 'workspaces'));
  const made = { kind: 'create-workspaces', workspaces: ['payments', 'partners'] };
  assert.deepEqual(replay?.steps[0]?.action, made);
  assert.ok(plan.before.some(({ title }) => title === 'create the workspaces payments, partners'));
});

test('plan - physical restore, one server on the restored data folder', () => {
  const plan = planDrill(
    drillOf([loseAll], [{ stage: 'database-restore', from: 'physical', address: 'same' }]),
    { folder: '/drills' },
  );
  const steps = plan.cases[0]?.stages[0]?.steps ?? [];
  assert.deepEqual(steps[0]?.action, {
    kind: 'restore-data-folder',
    artifact: 'physical',
    address: 'same',
    version: '15',
  });
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['restore', 'kong'],
  );
  assert.equal(plan.cases[0]?.walArchive, undefined);
});

test('plan - WAL is archived for the paths that replay it, and a Postgres that runs is stopped for the last of it', () => {
  const artifacts = { base: { kind: 'database', method: 'physical', archiveTimeout: '5s' } } as const;
  const planned = (failure: Failure, replayTo: string) => {
    const [one] = planDrill(
      drillOf([failure], [{ stage: 'database-restore', from: 'base', replayTo }], { artifacts }),
      { folder: '/drills' },
    ).cases;
    return { archive: one?.walArchive, step: one?.stages[0]?.steps[0] };
  };
  const { archive, step } = planned({ kind: 'truncate' }, '1m30s before the failure');
  assert.deepEqual(archive, { timeoutSeconds: 5 });
  assert.match(
    step?.title ?? '',
    /^stop Postgres, .* replay the archived WAL to 1 min 30 s before the failure$/,
  );
  assert.deepEqual(step?.action.kind === 'restore-data-folder' && step.action.replayTo, {
    kind: 'before-failure',
    ms: 90_000,
  });
  assert.match(planned(loseAll, 'end').step?.title ?? '', /^start a new Postgres .* to its end$/);
});

test('plan - an artifact that is fetched or decrypted, fetched first by the path', () => {
  const lines = (artifact: Artifact) => {
    const drill = drillOf([loseAll], [{ stage: 'deck-sync', from: 'dump' }], {
      artifacts: { dump: artifact },
    });
    const step = planDrill(drill, { folder: '/drills' }).cases[0]?.stages[0]?.steps[0];
    return step?.step === 'fetch' ? [step.title, ...step.commands.map((words) => words.join(' '))] : [];
  };
  assert.deepEqual(lines({ kind: 'deck', path: 'kong.yaml' }), []);
  assert.deepEqual(lines({ kind: 'deck', command: ['aws', 's3', 'cp'], decrypt: ['age', '-d'] }), [
    'fetch and decrypt dump',
    'aws s3 cp',
    'age -d',
  ]);
  assert.deepEqual(lines({ kind: 'deck', git: 'dumps.git', revision: 'main', path: 'kong.yaml' }), [
    'clone dump',
    'git clone dumps.git <dump>',
    'git -C <dump> checkout --detach main',
  ]);
});

test('plan - the commands of recorded runs, where the runs are known', () => {
  const runs = new Map([
    [
      'pipelines',
      [
        {
          run: '1',
          at: '2026-01-01T00:00:00Z',
          steps: [
            { request: { method: 'PUT' as const, path: '/services/a' } },
            { deck: 'kong.yaml', selectTags: ['team-a'] },
            { command: ['make', 'deploy'] },
          ],
        },
      ],
    ],
  ]);
  const drill = drillOf([loseAll], [{ stage: 'ci-replay', from: 'repos' }]);
  const plan = planDrill({ ...drill, state: { pipeline: 'pipelines' } }, { folder: '/drills', runs });
  const commands = plan.cases[0]?.stages[0]?.steps.at(-1)?.commands.map((words) => words.join(' '));
  assert.deepEqual(commands, [
    'PUT <admin-url>/services/a',
    'deck gateway sync kong.yaml --select-tag team-a --kong-addr <admin-url> --analytics=false --no-color',
    'make deploy',
  ]);
  assert.deepEqual(
    plan.before.find(({ title }) => title.startsWith('run the pipelines'))?.commands.length,
    3,
  );
});

test('plan - deck-sync and ci-replay, Postgres lost', () => {
  const start = ['infrastructure: provision-postgres', 'migrate: migrate', 'kong: kong'];
  assert.deepEqual(stepsOf([loseAll], [{ stage: 'deck-sync', from: 'dump' }]), [
    [...start, 'sync: deck-sync'],
  ]);
  assert.deepEqual(stepsOf([loseAll], [{ stage: 'ci-replay', from: 'repos' }]), [
    [...start, 'replay: replay'],
  ]);
});

test('plan - deck-sync, database dropped, made anew on the server that survived', () => {
  assert.deepEqual(stepsOf([{ kind: 'drop-database' }], [{ stage: 'deck-sync', from: 'dump' }]), [
    ['infrastructure: recreate-database', 'migrate: migrate', 'kong: kong', 'sync: deck-sync'],
  ]);
});

test('plan - deck-sync, entities deleted, the database is kept', () => {
  assert.deepEqual(
    stepsOf(
      [{ kind: 'delete-entities', entities: ['routes'] }],
      [{ stage: 'deck-sync', from: 'dump', kong: 'keep' }],
    ),
    [['sync: deck-sync']],
  );
});

test('plan - reattach, each node according to what is left of it', () => {
  const plan = planDrill(
    drillOf(
      [
        { kind: 'lose', target: 'kong', nodes: [1] },
        { kind: 'kill', target: 'kong', nodes: [2] },
        { kind: 'freeze', target: 'kong', nodes: [3] },
        { kind: 'kill', target: 'postgres' },
      ],
      [{ stage: 'reattach', kong: 'reload' }],
      { topology: { kong: { nodes: 4 } } },
    ),
    { folder: '/drills' },
  );
  const steps = plan.cases[0]?.stages[0]?.steps ?? [];
  assert.equal(steps[0]?.action.kind, 'restart-postgres');
  assert.deepEqual(steps[1]?.action, {
    kind: 'kong',
    nodes: ['provision', 'start', 'restart', 'reload'],
    kongVersion: '3.9',
  });
  assert.equal(steps[1].title, 'start a new kong-1 (Kong 3.9), start kong-2, restart kong-3, reload kong-4');
});

test('plan - layered, a later stage finds what the first one brought back', () => {
  assert.deepEqual(
    stepsOf(
      [loseAll],
      [
        { stage: 'database-restore', from: 'logical' },
        { stage: 'ci-replay', from: 'repos', since: 'artifact' },
      ],
    ),
    [['infrastructure: provision-postgres', 'restore: pg-restore', 'kong: kong'], ['replay: replay']],
  );
});

test('plan - layered, a second restore empties the database and restarts Kong', () => {
  assert.deepEqual(
    stepsOf(
      [loseAll],
      [
        { stage: 'deck-sync', from: 'dump' },
        { stage: 'database-restore', from: 'logical' },
      ],
    )[1],
    ['infrastructure: recreate-database', 'restore: pg-restore', 'kong: kong'],
  );
});

test('plan - a failure never mends what an earlier one broke', () => {
  const stages: Stage[] = [{ stage: 'database-restore', from: 'logical' }];
  assert.deepEqual(
    stepsOf([loseAll, { kind: 'kill', target: 'postgres' }], stages),
    stepsOf([loseAll], stages),
  );
});

test('plan - cases, paths of one repetition next to each other', () => {
  const plan = planDrill(
    {
      ...drillOf([loseAll], []),
      recovery: {
        restore: [{ stage: 'database-restore', from: 'logical' }],
        sync: [{ stage: 'deck-sync', from: 'dump' }],
      },
      repeat: 2,
    },
    { folder: '/drills' },
  );
  assert.deepEqual(
    plan.cases.map(({ id }) => id),
    ['restore#1', 'sync#1', 'restore#2', 'sync#2'],
  );
});

test('plan - defaults', () => {
  const plan = planDrill(drillOf([loseAll], [{ stage: 'deck-sync', from: 'dump' }]), { folder: '/drills' });
  assert.deepEqual(plan.topology.kong, {
    edition: 'oss',
    version: '3.9',
    nodes: 1,
    workers: 2,
    settings: {},
    files: {},
    plugins: [],
    environment: {},
  });
  assert.deepEqual(plan.limits, { stepMs: 600_000, observeMs: 60_000 });
  assert.deepEqual(plan.probes, { spacingMs: 100, timeoutMs: 1_000, windowMs: 10_000 });
  assert.deepEqual(plan.objectives, { rtoMs: {}, parity: 'equivalent', behaviour: 'required' });
  assert.equal(plan.changes, undefined);
  assert.deepEqual(plan.impact, { traffic: 'undeclared', uncached: 'undeclared', config: 'undeclared' });
});

test('plan - the least time counts changes, pauses, steady state and window of every case', () => {
  const one = drillOf([loseAll], [{ stage: 'deck-sync', from: 'dump' }]);
  const least = planDrill(one, { folder: '/' }).leastMs;
  const more = planDrill(
    {
      ...one,
      changes: { via: 'admin-api', for: '20s' },
      failure: [loseAll, { kind: 'pause', for: '5s' }],
    },
    { folder: '/' },
  ).leastMs;
  assert.equal(more - least, 25_000);
  assert.equal(planDrill({ ...one, repeat: 3 }, { folder: '/' }).leastMs, 3 * least);
});

test('explain - every step, its command and the least time', () => {
  const text = explainPlan(
    planDrill(drillOf([loseAll], [{ stage: 'deck-sync', from: 'dump' }]), { folder: '/drills' }),
  );
  assert.match(text, /kong migrations bootstrap/);
  assert.match(text, /\$ deck gateway sync <dump> --kong-addr <admin-url> /);
  assert.match(
    text,
    /infrastructure +create an empty Postgres 15 under the old name, on a new address +\(≥ 1\.80 s\)/,
  );
  assert.match(text, /destroy Postgres and all of its data/);
});

test('plan - routes of the state are probed where Kong goes on after a backup of your own, and the plan says so', () => {
  const own: Artifact = { kind: 'database', path: 'kong.dump' };
  const artifacts = {
    own,
    taken: { kind: 'database', every: '24h' },
    runs: { kind: 'pipeline', path: 'p' },
  } as const;
  const restore = (from: string, kong?: 'keep' | 'reload' | 'restart'): Stage => ({
    stage: 'database-restore',
    from,
    ...(kong && { kong }),
  });
  const planOf = (stages: Stage[], failure: Failure[] = [{ kind: 'drop-database' }]) =>
    planDrill(drillOf(failure, stages, { artifacts }), { folder: '/drills' });
  const probed = (...given: Parameters<typeof planOf>) => planOf(...given).cases[0]?.probed;
  for (const kong of ['keep', 'reload'] as const) {
    assert.equal(probed([restore('own', kong)]), 'state');
    assert.equal(probed([restore('taken', kong)]), undefined);
    assert.equal(probed([restore('own'), restore('own', kong)]), 'state');
    assert.equal(probed([restore('own', kong), restore('own')]), undefined);
    assert.equal(probed([restore('own', kong), restore('taken', kong)]), undefined);
    assert.equal(probed([restore('own', kong), { stage: 'ci-replay', from: 'runs' }]), 'state');
    assert.equal(probed([restore('own', kong)], [loseAll, { kind: 'lose', target: 'kong' }]), undefined);
  }
  assert.equal(probed([restore('own')]), undefined);
  assert.match(explainPlan(planOf([restore('own', 'keep')])), /routes of the state are probed; without one/);
  assert.doesNotMatch(explainPlan(planOf([restore('own')])), /routes of the state/);
});

test('plan - routes may be written where the last restore is followed by a new Kong or by writes', () => {
  const artifacts = {
    own: { kind: 'database', path: 'kong.dump' },
    taken: { kind: 'database', every: '24h' },
    runs: { kind: 'pipeline', path: 'p' },
  } as const;
  const kept: Stage = { stage: 'database-restore', from: 'taken', kong: 'keep' };
  const own: Stage = { stage: 'database-restore', from: 'own', kong: 'keep' };
  const anew: Stage = { stage: 'database-restore', from: 'taken' };
  const replay: Stage = { stage: 'ci-replay', from: 'runs', kong: 'keep' };
  const cleared = (...stages: Stage[]) => {
    const [planned] = planDrill(drillOf([{ kind: 'drop-database' }], stages, { artifacts }), {
      folder: '/',
    }).cases;
    return planned && clearsRouters(planned);
  };
  assert.deepEqual(
    [cleared(anew), cleared(replay), cleared(kept, replay), cleared(kept, anew)],
    [true, true, true, true],
  );
  assert.deepEqual(
    [cleared(kept), cleared(anew, kept), cleared(replay, kept), cleared(own, replay)],
    [false, false, false, false],
  );
});
