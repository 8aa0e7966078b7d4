/** Changes through a pipeline need one: a folder of recorded runs, to which the drill adds its own. */
import { mismatch } from '../problem.js';
import type { Problem } from '../problem.js';
import { alternatives, nearest, quoted } from '../words.js';
import { valueProblem } from './check.js';
import type { Check } from './check.js';

export const changesPipeline: Check = {
  reads: [['changes'], ['artifacts']],
  find: ({ drill: { changes, artifacts = {} } }) => {
    if (changes === undefined) return [];
    const { via, pipeline } = changes;
    const isByPipeline = via === 'pipeline' || (typeof via !== 'string' && via.includes('pipeline'));
    if (!isByPipeline) return pipeline === undefined ? [] : [withoutUse()];
    const fitting = Object.entries(artifacts)
      .filter(
        ([, { kind, path, git, command }]) => kind === 'pipeline' && path !== undefined && !git && !command,
      )
      .map(([name]) => name);
    const choice = fitting.length === 0 ? ', and there is none' : ` (${alternatives(fitting)})`;
    const expected = `an artifact of kind pipeline with a \`path\`${choice}`;
    const hint =
      'its recorded runs are a folder beside the drill; those that the drill makes are replayed after them';
    if (pipeline === undefined)
      return [valueProblem(['changes'], `the key "pipeline" is missing: ${expected}`, hint)];
    if (fitting.includes(pipeline)) return [];
    const problem = valueProblem(['changes', 'pipeline'], mismatch(expected, quoted(pipeline)), hint);
    const suggestion = nearest(pipeline, fitting);
    return [suggestion === undefined ? problem : { ...problem, suggestion }];
  },
};

function withoutUse(): Problem {
  return valueProblem(
    ['changes', 'pipeline'],
    'changes do not go through a pipeline here',
    'say `via: pipeline` or `via: [admin-api, pipeline]`, or leave `pipeline` away',
  );
}
