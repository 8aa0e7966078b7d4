/** Every situation that a run can be in, as far as a verdict is concerned: first the one in which everything is back. */
import { editedCases } from '../edited-cases.js';
import { artifactSituations } from './artifacts.js';
import type { Situation } from './build.js';
import { lossSituations } from './loss.js';
import { newRouteSituations } from './new-route.js';
import { opinionSituations } from './opinions.js';
import { behaviourSituations, paritySituations } from './parity.js';
import { failureSituations, stepSituations } from './procedure.js';
import { runSituations } from './runs.js';

export const situations: readonly Situation[] = [
  ['everything is back', {}],
  ...editedCases.map(([what, , , , shape]): Situation => [what, { cases: [shape] }]),
  ...artifactSituations,
  ...failureSituations,
  ...stepSituations,
  ...lossSituations,
  ...paritySituations,
  ...behaviourSituations,
  ...opinionSituations,
  ...newRouteSituations,
  ...runSituations,
];
