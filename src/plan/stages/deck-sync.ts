/** deck-sync: a running Kong, then decK brings it to what the dump says. */
import { placeholders } from '../../model/plan.js';
import { deckSync } from '../commands.js';
import { fetchSteps } from './fetch-step.js';
import { runningKongSteps } from './running-kong.js';
import type { StagePlanner } from './stage-planner.js';

export const planDeckSync: StagePlanner<'deck-sync'> = (stage, context) => {
  const { from, selectTags = [], retries = 0 } = stage;
  return [
    ...fetchSteps(from, context.artifacts.get(from)),
    ...runningKongSteps(stage, context),
    {
      step: 'sync',
      title: `sync ${from} with decK`,
      commands: [deckSync(placeholders.artifact(from), selectTags)],
      leastMs: 0,
      action: { kind: 'deck-sync', artifact: from, selectTags, retries },
    },
  ];
};
