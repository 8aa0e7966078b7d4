/** The lab that the requirements of the contract share. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Plan, Topology } from '../../model/plan.js';
import { systemClock, withLimit } from '../../system/clock.js';
import type { Engine, Lab, LabSpec, Readiness } from '../engine.js';

export const limitMs = 120_000;
export const clock = systemClock();
export const signal = () => withLimit(limitMs);

export interface ContractSubject {
  readonly engine: () => Engine;
  /** Why the engine cannot be tried on this machine; `undefined` where it can. */
  readonly unavailable?: () => Promise<string | undefined>;
  /** What is different from a Kong 3.9 of two nodes on Postgres 15. */
  readonly topology?: Partial<Topology>;
  /** Whatever still carries the mark of a run, looked for by other means than the engine's own. */
  readonly leftovers: (runId: string) => Promise<readonly string[]>;
}

export interface Setup extends ContractSubject {
  readonly runId: string;
  readonly secrets: string[];
}

export interface Opened extends Setup {
  readonly instance: Engine;
  readonly readiness: Readiness;
  readonly lab: Lab;
  readonly folder: string;
  readonly logFolder: string;
  readonly open: (runId: string, spec?: Pick<LabSpec, 'ownDisk' | 'walArchive'>) => Promise<Lab>;
}

/** A requirement; it leaves the lab as it found it. */
export type Requirements = Readonly<Record<string, (opened: Opened, context: TestContext) => Promise<void>>>;

/** Opens the lab; nothing in it is started yet. */
export async function openShared(setup: Setup): Promise<Opened> {
  const instance = setup.engine();
  const topology = topologyOf(setup);
  const readiness = await instance.prepare(planOf(topology, []), signal());
  assert.deepEqual(readiness.refusals, [], 'an ordinary plan is not refused');
  const folder = await mkdtemp(join(tmpdir(), 'engine-contract-'));
  const logFolder = join(folder, 'logs');
  const open: Opened['open'] = (runId, spec = {}) =>
    instance.open({
      ...spec,
      runId,
      caseId: `${runId}#1`,
      topology,
      readiness,
      drillFolder: folder,
      logFolder,
      clock,
      onSecret: (secret) => setup.secrets.push(secret),
    });
  const lab = await open(setup.runId);
  return { ...setup, instance, readiness, lab, folder, logFolder, open };
}

export function topologyOf({ topology = {} }: ContractSubject): Topology {
  return {
    kong: {
      edition: 'oss',
      version: '3.9',
      nodes: 2,
      workers: 2,
      settings: {},
      files: {},
      plugins: [],
      environment: {},
    },
    postgres: { version: '15' },
    workspaces: ['default'],
    ...topology,
  };
}

export function planOf(topology: Topology, failures: Plan['failures']): Plan {
  return {
    drill: { name: 'contract' } as Plan['drill'],
    folder: tmpdir(),
    topology,
    state: { deck: 'none' },
    artifacts: new Map(),
    failures,
    impact: { traffic: 'undeclared', uncached: 'undeclared', config: 'undeclared' },
    objectives: { rtoMs: {}, parity: 'equivalent', behaviour: 'required' },
    require: 'all',
    repeat: 1,
    limits: { stepMs: limitMs, observeMs: limitMs },
    probes: { spacingMs: 100, timeoutMs: 1_000, windowMs: 10_000 },
    cases: [],
    before: [],
    after: [],
    ownCommands: [],
    leastMs: 0,
  };
}
