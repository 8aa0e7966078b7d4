import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import type { Stage } from '../../model/drill-recovery.js';
import type { Plan, Topology } from '../../model/plan.js';
import { planOf, topologyOf } from '../contract/opened.js';
import { readinessOf } from './readiness.js';
import type { FoundSoftware } from './software.js';

const postgres = { kind: 'binary', version: '15.18', binFolder: '/bin' } as const;
const standIn = { command: ['kong'], version: '3.9.3', kind: 'stand-in' } as const;
const binary = { ...standIn, kind: 'binary' } as const;

function found(kong: FoundSoftware['kong'] = standIn): FoundSoftware {
  return { postgres, kong, installations: [postgres], tools: new Map([['kong', kong]]), broken: new Map() };
}

const base = topologyOf({ engine: () => assert.fail(), leftovers: () => Promise.resolve([]) });
const plan = (change: Partial<Plan> = {}, topology: Topology = base): Plan => ({
  ...planOf(topology, []),
  ...change,
});
const refused = (...args: Parameters<typeof readinessOf>) =>
  readinessOf(...args).refusals.map(({ what }) => what);

test('readiness - an ordinary plan is refused nothing; the stand-in makes it a rehearsal', () => {
  const readiness = readinessOf(plan(), found(), true);
  assert.deepEqual([readiness.refusals, readiness.notes, readiness.rehearsal], [[], [], true]);
  assert.equal(readinessOf(plan(), found(binary), true).rehearsal, false);
});

test('readiness - a tool that does not work is missing, with why, and refuses nothing by itself', () => {
  const why = new DrillError('engine', 'KONG_DRILL_DECK: expected a decK program', 'correct or unset it');
  const readiness = readinessOf(plan(), { ...found(), broken: new Map([['deck', why]]) }, true);
  assert.deepEqual(readiness.refusals, []);
  assert.equal(readiness.broken?.get('deck')?.message, why.message);
  assert.deepEqual(readiness.notes, [`deck is not used: ${why.message}`]);
});

test('readiness - failures that processes cannot have are refused, each with what to do', () => {
  const failures: Plan['failures'] = [
    { kind: 'cut-off' },
    { kind: 'kill', target: 'kong' },
    { kind: 'fill-disk' },
  ];
  const { refusals } = readinessOf(plan({ failures }), found(), true);
  assert.deepEqual(
    refusals.map(({ what }) => what),
    ['cut-off', 'fill-disk'],
  );
  for (const { hint } of refusals) assert.match(hint, /--engine containers/);
});

test('readiness - another version is a note in a rehearsal, and refused otherwise', () => {
  const other: Topology = { ...base, postgres: { version: '16' }, kong: { ...base.kong, version: '3.4' } };
  const rehearsal = readinessOf(plan({}, other), found(), true);
  assert.deepEqual(rehearsal.refusals, []);
  assert.deepEqual(rehearsal.notes, ['postgres 16 wanted, 15.18 found', 'kong 3.4 wanted, 3.9.3 found']);
  assert.deepEqual(refused(plan({}, other), found(binary), true), ['postgres', 'kong']);
  const longer: Topology = { ...base, kong: { ...base.kong, version: '3.9.30' } };
  assert.deepEqual(refused(plan({}, longer), found(binary), true), ['kong']);
});

test('readiness - Enterprise is refused with an open source Kong, files with any', () => {
  const topology: Topology = {
    ...base,
    kong: { ...base.kong, edition: 'enterprise', files: { '/etc/a': 'a' } },
  };
  const files = 'topology.kong.files';
  assert.deepEqual(refused(plan({}, topology), found(binary), true), ['edition: enterprise', files]);
  const licensed = { ...binary, version: '3.9.0.1' };
  for (const kong of [standIn, licensed])
    assert.deepEqual(refused(plan({}, topology), found(kong), true), [files]);
});

test('readiness - images are refused, each by its place in the drill', () => {
  const topology: Topology = {
    ...base,
    kong: { ...base.kong, image: 'own/kong:1' },
    postgres: { version: '15', image: 'own/postgres:1' },
  };
  const { refusals } = readinessOf(plan({}, topology), found(binary), true);
  assert.deepEqual(
    refusals.map(({ what }) => what),
    ['topology.kong.image', 'topology.postgres.image'],
  );
  assert.match(refusals[0]?.reason ?? '', /own\/kong:1/);
});

test('readiness - a custom plugin that the stand-in only pretends to have is noted', () => {
  const topology: Topology = { ...base, kong: { ...base.kong, plugins: ['stamp'] } };
  assert.match(readinessOf(plan({}, topology), found(), true).notes?.join() ?? '', /stamp by name only/);
  assert.deepEqual(readinessOf(plan({}, topology), found(binary), true).notes, []);
});

test('readiness - versions that a stage recovers into are looked for', () => {
  const stage: Stage = { stage: 'database-restore', from: 'a', postgresVersion: '17', kongVersion: '3.10' };
  const cases = [{ id: 'r#1', recovery: 'r', repetition: 1, stages: [{ stage, steps: [] }] }];
  assert.deepEqual(refused(plan({ cases }), found(), true), ['database-restore']);
  assert.deepEqual(refused(plan({ cases }), found(binary), true), ['database-restore', 'database-restore']);
});

test('readiness - says where a new Postgres cannot have another address', () => {
  assert.match(readinessOf(plan(), found(), false).notes?.join() ?? '', /old address/);
});
