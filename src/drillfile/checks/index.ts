/** All checks of what no schema sees. */
import type { Path, Problem } from '../problem.js';
import { startsWith } from '../salvage.js';
import { changesPipeline } from './changes.js';
import type { Check, CheckContext } from './check.js';
import { durations } from './durations.js';
import { generatedPlugins } from './generated.js';
import {
  datedArtifacts,
  observableWindow,
  reachableTargets,
  resolvableTargets,
  timedRegression,
} from './objectives.js';
import { artifactReferences, deletedKinds, lossReferences } from './references.js';
import { artifactSources, pathsThere } from './sources.js';
import { archiveTimes, restorePoints, restoreWords } from './restores.js';
import { replayWords, serversBack, somethingBreaks, workableStages } from './stages.js';
import { editions, failureNodes, settings } from './topology.js';

const checks: readonly Check[] = [
  settings,
  editions,
  failureNodes,
  artifactSources,
  pathsThere,
  generatedPlugins,
  artifactReferences,
  changesPipeline,
  lossReferences,
  deletedKinds,
  somethingBreaks,
  workableStages,
  restoreWords,
  restorePoints,
  archiveTimes,
  replayWords,
  serversBack,
  durations,
  resolvableTargets,
  timedRegression,
  reachableTargets,
  observableWindow,
  datedArtifacts,
];

/** `without`: parts of the drill that are mistaken themselves, from which no check may conclude. */
export function checkMeaning(context: CheckContext, without: readonly Path[]): readonly Problem[] {
  return checks
    .filter(({ reads }) =>
      reads.every((part) => !without.some((gone) => startsWith(gone, part) || startsWith(part, gone))),
    )
    .flatMap(({ find }) => find(context));
}
