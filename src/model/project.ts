/** What is the same for every drill of a project: `kong-drill.yaml` at its top. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed } from './schema.js';
import { duration, text } from './drill-terms.js';

/** What only people know: in a drill, in the project's `kong-drill.yaml`, in the environment or on the command line. */
export const peopleSchema = closed(
  {
    operator: Type.Optional(text('Who runs the drill.', { examples: ['Platform on-call'] })),
    participants: Type.Optional(
      Type.Array(Type.String({ description: 'A person, or a team.' }), {
        description: 'Who takes part.',
        examples: [['Ada', 'Grace']],
      }),
    ),
    approver: Type.Optional(text('Who approved it.', { examples: ['Head of platform'] })),
    severity: Type.Optional(
      text('How severe this disaster is, and why.', { examples: ['critical: all public APIs'] }),
    ),
    reference: Type.Optional(
      text('Business impact analysis or risk that asks for this drill.', { examples: ['RISK-12'] }),
    ),
    objectivesFrom: Type.Optional(
      text('Where the objectives come from.', { examples: ['Service agreement, section 4'] }),
    ),
    assumptions: Type.Optional(
      Type.Array(Type.String({ description: 'One assumption.' }), {
        description: 'What is taken for granted.',
        examples: [['The backup storage survives.']],
      }),
    ),
    noticeAndDecide: Type.Optional(
      duration('Time that people take to notice and decide; shown, never measured.'),
    ),
    owner: Type.Optional(text('Who puts right what the drill finds.', { examples: ['Platform team'] })),
    due: Type.Optional(text('Until when findings are to be put right.', { examples: ['2026-12-31'] })),
    ticket: Type.Optional(text('Ticket of this drill, or of its findings.', { examples: ['OPS-123'] })),
    retests: Type.Optional(
      text('Id of the earlier run whose findings this one retests.', { examples: ['0f3a9c1b2d4e'] }),
    ),
    retention: Type.Optional(text('How long the evidence is kept.', { examples: ['7 years'] })),
  },
  { description: 'What only people know; printed in the report, "NOT PROVIDED" where it is missing.' },
);

export const projectSchema = closed(
  {
    people: Type.Optional(peopleSchema),
    programme: Type.Optional(
      closed(
        {
          every: Type.Optional(
            duration('How often each drill is due; older evidence is stale.', { examples: ['7d', '90d'] }),
          ),
          drills: Type.Optional(
            text('Folder of the drills that belong to the programme, beside this file.', {
              default: 'drills',
            }),
          ),
        },
        { description: 'What the project has promised to drill.' },
      ),
    ),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'kong-drill.yaml',
    description: 'What is the same for every drill of a project.',
  },
);

export type People = Static<typeof peopleSchema>;
export type Project = Static<typeof projectSchema>;
export const peopleWords = Object.keys(peopleSchema.properties) as readonly (keyof People)[];
