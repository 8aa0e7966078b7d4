/** A recorded run of a CI/CD pipeline, as a file in a folder of them: what it did to Kong, step by step. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { command, tags, text } from './drill-terms.js';
import { closed, words } from './schema.js';

const stepName = Type.Optional(text('What the step does.', { examples: ['add the orders service'] }));

export const pipelineStepsSchema = Type.Array(
  Type.Union([
    closed(
      {
        name: stepName,
        request: closed(
          {
            method: words(['POST', 'PUT', 'PATCH', 'DELETE'], { description: 'Method of the request.' }),
            path: Type.String({
              pattern: '^/',
              description: 'Path on the Admin API.',
              examples: ['/services/orders'],
            }),
            body: Type.Optional(
              Type.Record(Type.String(), Type.Unknown(), {
                description: 'Body of the request, sent as JSON.',
                examples: [{ host: 'orders.internal' }],
              }),
            ),
          },
          { description: 'What is sent to the Admin API.' },
        ),
      },
      { description: 'A request to the Admin API.' },
    ),
    closed(
      {
        name: stepName,
        deck: text('A decK file beside this one, synced.', { examples: ['kong.yaml'] }),
        selectTags: Type.Optional(tags('Only entities with these tags are synced.')),
      },
      { description: 'A sync by decK.' },
    ),
    closed(
      {
        name: stepName,
        command: command('A command; KONG_ADMIN_URL, KONG_PROXY_URL and the variables of decK are set.', [
          './deploy.sh',
        ]),
      },
      { description: 'A command of your own.' },
    ),
  ]),
  { minItems: 1, description: 'What the run did, in order.' },
);

export const pipelineRunSchema = closed(
  {
    run: text('Name or number of the run.', { examples: ['catalogue-1'] }),
    team: Type.Optional(text('Whose pipeline it is.')),
    at: Type.String({
      pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?Z$',
      description: 'When the run ended, in UTC; runs are replayed oldest first.',
    }),
    steps: pipelineStepsSchema,
  },
  { title: 'kong-drill pipeline run' },
);

export type PipelineRun = Static<typeof pipelineRunSchema>;
export type PipelineStep = PipelineRun['steps'][number];
