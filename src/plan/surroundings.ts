/** The steps of a case before the disaster and after the recovery. */
import type { Artifact, Generate, State } from '../model/drill-recovery.js';
import { amountsOf } from '../model/generate.js';
import { furtherWorkspaces } from '../model/plan.js';
import type { Plan, PlannedStep, Topology } from '../model/plan.js';
import { formatDuration } from '../model/units.js';
import {
  createWorkspace,
  deckDump,
  deckSync,
  fetchCommands,
  kongMigrations,
  pgDump,
  pgRestore,
} from './commands.js';
import { failureTitle, pausesMs } from './failures.js';
import { leastTimesMs } from './least-times.js';
import { leastSteadyStateMs } from './probes.js';
import { commandsOfRuns } from './recorded-runs.js';
import type { RecordedRuns } from './recorded-runs.js';

type Surroundings = Pick<
  Plan,
  'topology' | 'state' | 'artifacts' | 'changes' | 'failures' | 'limits' | 'probes'
>;
type Command = readonly string[];

/** Phases 1 to 6 of a run. */
export function stepsBefore(plan: Surroundings, runs: RecordedRuns): readonly PlannedStep[] {
  const { topology, state, probes } = plan;
  return [
    ...provisionSteps(topology, state),
    ...workspaceSteps(topology, state),
    configureStep(state, runs),
    step('configure', 'add the canary consumers, the instrument routes and entities for the ledger'),
    ...[...plan.artifacts].map(([name, artifact]) => backUpStep(name, artifact)),
    step('back-up', 'record the reference: every entity, and what the proxy answers'),
    step(
      'steady-state',
      `probe every ${probes.spacingMs} ms; nothing is broken before all answers are right`,
      {
        leastMs: leastSteadyStateMs(probes.spacingMs, topology.kong.nodes),
      },
    ),
    ...changeSteps(plan.changes),
    ...plan.failures.map((failure) => step('fail', failureTitle(failure), { leastMs: pausesMs([failure]) })),
  ];
}

/** Phases 8, 9 and 12 of a run. */
export function stepsAfter({ probes, limits }: Surroundings): readonly PlannedStep[] {
  const window = formatDuration(probes.windowMs);
  const limit = formatDuration(limits.observeMs);
  return [
    step('observe', `probe until ${window} pass without a failure, at most ${limit}`, {
      leastMs: probes.windowMs,
    }),
    step(
      'compare',
      'compare every entity and the answers of the proxy with the reference; read the ledger back',
    ),
    step('clean-up', 'remove all that the runner started'),
  ];
}

function step(
  name: PlannedStep['step'],
  title: string,
  more: { readonly commands?: readonly Command[]; readonly leastMs?: number } = {},
): PlannedStep {
  return { step: name, title, commands: more.commands ?? [], leastMs: more.leastMs ?? 0 };
}

function provisionSteps(topology: Topology, state: State): readonly PlannedStep[] {
  const { nodes, version } = topology.kong;
  const postgres = step('provision', `start Postgres ${topology.postgres.version}`, {
    leastMs: leastTimesMs.postgresFirstStart,
  });
  const tables =
    state.databaseDump === undefined
      ? step('provision', 'create the tables of Kong', {
          commands: [kongMigrations('bootstrap')],
          leastMs: leastTimesMs.migrationsBootstrap,
        })
      : step('provision', `restore ${state.databaseDump} into it`, {
          commands: [pgRestore({ file: state.databaseDump, jobs: 1, clean: false })],
          leastMs: leastTimesMs.pgRestore,
        });
  const count = nodes === 1 ? 'one Kong node' : `${nodes} Kong nodes`;
  const kong = step('provision', `start ${count} (Kong ${version}) and the echo upstream`, {
    leastMs: leastTimesMs.kongStart,
  });
  return [postgres, tables, kong];
}

/** A dump of a database holds its workspaces. */
function workspaceSteps(topology: Topology, { databaseDump }: State): readonly PlannedStep[] {
  const others = furtherWorkspaces(topology);
  if (others.length === 0 || databaseDump !== undefined) return [];
  const title = `create the workspaces ${others.join(', ')}`;
  return [step('provision', title, { commands: others.map(createWorkspace) })];
}

function configureStep(state: State, runs: RecordedRuns): PlannedStep {
  if (state.deck !== undefined) {
    return step('configure', `sync ${state.deck} with decK`, { commands: [deckSync(state.deck)] });
  }
  if (state.pipeline !== undefined) {
    const commands = commandsOfRuns(runs, state.pipeline);
    return step('configure', `run the pipelines of ${state.pipeline}`, { commands });
  }
  if (state.databaseDump !== undefined) return step('configure', 'the dump holds the state: nothing to load');
  return generateStep(state.generate);
}

function generateStep(generate: Generate): PlannedStep {
  const amounts = Object.entries(amountsOf(generate)).map(([kind, amount]) => `${amount} ${kind}`);
  return step('configure', `generate ${amounts.join(', ')} from seed ${generate.seed}`);
}

function backUpStep(name: string, artifact: Artifact): PlannedStep {
  const commands = fetchCommands(name, artifact);
  const given = artifact.git ?? artifact.path;
  if (given !== undefined) return step('back-up', `check ${name}, given as ${given}`, { commands });
  if (artifact.command !== undefined)
    return step('back-up', `check ${name}, fetched by your command`, { commands });
  switch (artifact.kind) {
    case 'database':
      return artifact.method === 'physical'
        ? step('back-up', `take ${name}: a base backup of the data folder, with its WAL`)
        : step('back-up', `take ${name} with pg_dump${orElse(artifact.method)}`, {
            commands: [pgDump(name)],
          });
    case 'deck':
      return step('back-up', `take ${name} with decK`, {
        commands: [
          deckDump({
            name,
            withIds: artifact.withIds ?? false,
            allWorkspaces: artifact.allWorkspaces ?? false,
            selectTags: artifact.selectTags ?? [],
          }),
        ],
      });
    case 'pipeline':
      return step('back-up', `record the runs of ${name}`);
  }
}

function orElse(method: 'logical' | undefined): string {
  return method === undefined ? ', or as a base backup where there is no pg_dump' : '';
}

function changeSteps(changes: Plan['changes']): readonly PlannedStep[] {
  if (changes === undefined) return [];
  const { ways, pipeline, perSecond, forMs } = changes;
  const through = ways.map((way) => (way === 'pipeline' ? `runs of ${pipeline ?? way}` : 'the Admin API'));
  const each = ways.length > 1 ? ' each' : '';
  const title = `make ${perSecond} changes a second through ${through.join(' and ')}${each}, until the failure`;
  return [step('change', title, { leastMs: forMs })];
}
