/** Stages that the disaster leaves nothing to work with, and words that mean nothing where they stand. */
import { isHarmless } from '../../model/drill-failure.js';
import type { Artifact, Stage } from '../../model/drill-recovery.js';
import { recovered, survivors } from '../../plan/survivors.js';
import type { Survivors } from '../../plan/survivors.js';
import type { Path, Problem } from '../problem.js';
import { placedStages, valueProblem } from './check.js';
import type { Check, PlacedStage } from './check.js';

export const workableStages: Check = {
  reads: [['failure'], ['recovery'], ['topology', 'kong', 'nodes']],
  find: ({ drill }) => {
    const nodes = drill.topology?.kong?.nodes ?? 1;
    const left = survivors(drill.failure, nodes);
    return placedStages(drill).flatMap(({ stage, at, earlier }) => {
      const isFirst = earlier.every((each) => each.stage === 'infrastructure');
      return stageProblems(stage, isFirst ? left : recovered(nodes), at);
    });
  },
};

/** Which runs a replay takes, where that can be told. */
export const replayWords: Check = {
  reads: [['artifacts'], ['recovery']],
  find: ({ drill }) =>
    placedStages(drill).flatMap(({ stage, ...place }) =>
      stage.stage === 'ci-replay' ? replayProblems(stage, drill.artifacts?.[stage.from], place) : [],
    ),
};

/** A script cannot start the servers of the lab: something else has to bring them back. */
export const serversBack: Check = {
  reads: [['recovery']],
  find: ({ drill }) =>
    Object.entries(drill.recovery)
      .filter(([, stages]) => stages.every(({ stage }) => stage === 'infrastructure'))
      .map(([name]) =>
        valueProblem(
          ['recovery', name],
          'expected a stage that brings Kong back, got scripts only: they run beside the lab, and cannot start its servers',
          'add one, as in `- { stage: reattach }`',
        ),
      ),
};

/** A failure list that breaks nothing proves nothing. */
export const somethingBreaks: Check = {
  reads: [['failure']],
  find: ({ drill }) =>
    drill.failure.every(isHarmless)
      ? [
          valueProblem(
            ['failure'],
            'expected something that is destroyed, got only pauses and restore points',
          ),
        ]
      : [],
};

function stageProblems(stage: Stage, left: Survivors, at: Path): readonly Problem[] {
  const isGone = left.postgres === 'lost' || left.database === 'gone' || left.postgres === 'broken';
  if (!isGone) return [];
  const what =
    left.postgres === 'lost'
      ? 'Postgres and its data are lost'
      : left.postgres === 'broken'
        ? 'the data files of Postgres are damaged'
        : 'the database of Kong is gone';
  if (stage.stage === 'reattach') {
    return [
      valueProblem(
        [...at, 'stage'],
        `after this disaster ${what}: there is nothing to reattach to`,
        'use database-restore, deck-sync or ci-replay; or let Postgres survive the failure',
      ),
    ];
  }
  if (stage.stage === 'database-restore' && stage.into === 'existing') {
    return [
      valueProblem(
        [...at, 'into'],
        `after this disaster ${what}: there is no existing database to restore over`,
        'use `into: empty`, the default',
      ),
    ];
  }
  return [];
}

function replayProblems(
  { from, since = 'start', newestOnly = false }: Extract<Stage, { stage: 'ci-replay' }>,
  artifact: Artifact | undefined,
  { at, earlier }: Omit<PlacedStage, 'stage'>,
): readonly Problem[] {
  const isGit = artifact?.git !== undefined;
  const problems: Problem[] = [];
  if (newestOnly && !isGit) {
    const message = `\`newestOnly\` means nothing for recorded runs: ${from} is in no git repository`;
    problems.push({
      path: [...at, 'newestOnly'],
      at: 'key',
      message,
      hint: 'leave it away, or name one: `git:`',
    });
  }
  if (newestOnly && since !== 'start')
    problems.push(valueProblem([...at, 'since'], '`since` means nothing where only the newest is replayed'));
  if (since === 'artifact' && !earlier.some((stage) => 'from' in stage))
    problems.push(
      valueProblem(
        [...at, 'since'],
        'expected a stage before this one that recovers from an artifact, found none',
        'put one before it, or use `since: start`',
      ),
    );
  if (since !== 'start' && since !== 'artifact' && !isGit)
    problems.push(
      valueProblem(
        [...at, 'since'],
        `expected start or artifact, got ${JSON.stringify(since)}: ${from} is in no git repository`,
      ),
    );
  return problems;
}
