/** Names that refer to others: artifacts, recovery paths, entity kinds. */
import type { Drill } from '../../model/drill.js';
import type { ArtifactKind, Stage } from '../../model/drill-recovery.js';
import { entityKindWords } from '../../model/entity.js';
import { mismatch } from '../problem.js';
import type { Path, Problem } from '../problem.js';
import { alternatives, nearest, quoted } from '../words.js';
import { placedStages, valueProblem } from './check.js';
import type { Check } from './check.js';

type StageFrom = Extract<Stage, { from: string }>;

const kindFor: Readonly<Record<StageFrom['stage'], ArtifactKind>> = {
  'database-restore': 'database',
  'deck-sync': 'deck',
  'ci-replay': 'pipeline',
};

/** Collections of the Admin API that `delete-entities` can empty. */
const collections = [
  'services',
  'routes',
  'consumers',
  'plugins',
  'upstreams',
  'certificates',
  'ca_certificates',
  'snis',
  'vaults',
  'keys',
  'key-sets',
  'key-auths',
  'basic-auths',
  'hmac-auths',
  'jwts',
  'oauth2',
  'acls',
  'filter-chains',
];

export const artifactReferences: Check = {
  reads: [['artifacts'], ['recovery']],
  find: ({ drill }) =>
    placedStages(drill).flatMap(({ stage, at }) => ('from' in stage ? fromProblems(drill, stage, at) : [])),
};

export const lossReferences: Check = {
  reads: [['recovery'], ['objectives', 'parity'], ['topology', 'kong', 'plugins']],
  find: ({ drill }) => {
    const recoveries = Object.keys(drill.recovery);
    // A plugin of one's own may bring entities of its own, whose names nobody knows here.
    const hasOwnKinds = (drill.topology?.kong?.plugins ?? []).length > 0;
    return (drill.objectives?.parity?.declaredLoss ?? []).flatMap((loss, index) => {
      const at: Path = ['objectives', 'parity', 'declaredLoss', index];
      const kinds = hasOwnKinds
        ? []
        : loss.kinds.flatMap((kind, place) =>
            known(kind, entityKindWords, { path: [...at, 'kinds', place], what: 'an entity kind' }),
          );
      const what = 'the name of a recovery path';
      return [...known(loss.recovery, recoveries, { path: [...at, 'recovery'], what }), ...kinds];
    });
  },
};

export const deletedKinds: Check = {
  reads: [['failure']],
  find: ({ drill }) =>
    drill.failure.flatMap((failure, index) =>
      failure.kind === 'delete-entities'
        ? failure.entities.flatMap((kind, place) =>
            known(kind, collections, {
              path: ['failure', index, 'entities', place],
              what: 'a collection of the Admin API',
            }),
          )
        : [],
    ),
};

function fromProblems(drill: Drill, stage: StageFrom, at: Path): readonly Problem[] {
  const artifacts = Object.entries(drill.artifacts ?? {});
  const path = [...at, 'from'];
  const found = artifacts.find(([name]) => name === stage.from)?.[1];
  const wanted = kindFor[stage.stage];
  const fitting = artifacts.filter(([, artifact]) => artifact.kind === wanted).map(([name]) => name);
  if (!found) {
    const what = `the name of an artifact of kind ${wanted}`;
    const [only, ...others] = fitting;
    const hint = only === undefined ? 'name the artifact under `artifacts:`' : `write from: ${only}`;
    if (others.length > 0) return known(stage.from, fitting, { path, what });
    return known(stage.from, fitting, { path, what, hint });
  }
  if (found.kind === wanted) return [];
  const choice = fitting.length === 0 ? '' : ` (${alternatives(fitting)})`;
  return [
    valueProblem(
      path,
      mismatch(`an artifact of kind ${wanted}${choice}`, `${quoted(stage.from)}, of kind ${found.kind}`),
    ),
  ];
}

interface Known {
  readonly path: Path;
  readonly what: string;
  readonly hint?: string | undefined;
}

function known(name: string, candidates: readonly string[], { path, what, hint }: Known): readonly Problem[] {
  if (candidates.includes(name)) return [];
  const choice = candidates.length === 0 ? ', and there is none' : ` (${alternatives(candidates)})`;
  const suggestion = nearest(name, candidates);
  const problem = valueProblem(path, mismatch(`${what}${choice}`, quoted(name)), hint);
  return [suggestion === undefined ? problem : { ...problem, suggestion }];
}
