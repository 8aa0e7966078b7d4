import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Drill } from '../model/drill.js';
import { explainPlan } from './explain.js';
import { planDrill } from './plan.js';

const drill: Drill = {
  name: 'sample',
  state: { pipeline: 'runs' },
  artifacts: {
    taken: { kind: 'database', every: '24h' },
    fetched: { kind: 'deck', command: ['aws', 's3', 'cp'], decrypt: ['age', '-d'] },
    repos: { kind: 'pipeline', path: 'runs' },
    commits: {
      kind: 'pipeline',
      git: 'repository',
      steps: [{ command: ['make', 'all'] }, { deck: 'kong.yaml' }],
    },
  },
  failure: [{ kind: 'lose', target: 'postgres' }],
  recovery: {
    scripted: [{ stage: 'infrastructure', command: ['terraform', 'apply'] }],
    commits: [{ stage: 'ci-replay', from: 'commits' }],
  },
};
const deploys = Array.from({ length: 20 }, (_, index) => ({ command: ['./deploy.sh', `part ${index}`] }));
const runs = new Map([['runs', [{ run: '7', at: '2026-01-01T00:00:00Z', steps: deploys }]]]);

test('own commands - wherever a drill can name one, with the place', () => {
  const { ownCommands } = planDrill(drill, { folder: '/drills', runs });
  assert.deepEqual(
    ownCommands.filter(({ command }) => command[0] !== './deploy.sh'),
    [
      { where: 'artifacts.fetched.command', command: ['aws', 's3', 'cp'] },
      { where: 'artifacts.fetched.decrypt', command: ['age', '-d'] },
      { where: 'artifacts.commits.steps', command: ['make', 'all'] },
      { where: 'recovery.scripted, stage infrastructure', command: ['terraform', 'apply'] },
    ],
  );
  const places = ownCommands.filter(({ command }) => command[0] === './deploy.sh').map(({ where }) => where);
  assert.deepEqual(places, [
    ...deploys.map(() => 'state.pipeline, run 7'),
    ...deploys.map(() => 'artifacts.repos, run 7'),
  ]);
});

test('own commands - a plan shows every one of them, however many a step has', () => {
  const text = explainPlan(planDrill(drill, { folder: '/drills', runs }));
  const listed = text.slice(text.indexOf('Commands of your own'));
  for (const index of deploys.keys()) assert.ok(listed.includes(`$ ./deploy.sh 'part ${index}'`), listed);
  assert.match(listed, /\$ age -d {2}\(artifacts\.fetched\.decrypt\)/);
});

test('own commands - a drill without any says so', () => {
  const plan = planDrill({ ...drill, state: { deck: 'shop' }, artifacts: {}, recovery: {} }, { folder: '/' });
  assert.deepEqual(plan.ownCommands, []);
  assert.match(explainPlan(plan), /^Commands of your own: none\.$/m);
});

test('own commands - what each commit of a repository does stands in the replay', () => {
  const plan = planDrill(drill, { folder: '/drills', runs });
  const replay = plan.cases[1]?.stages[0]?.steps.at(-1);
  assert.deepEqual(replay?.commands[0], ['make', 'all']);
});
