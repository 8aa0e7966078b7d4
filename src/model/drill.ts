/** The drill language: one schema, from which the type and `drills/drill.schema.json` come. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { changesSchema } from './drill-changes.js';
import { failureSchema } from './drill-failure.js';
import { artifactSchema, stageSchema, stateSchema } from './drill-recovery.js';
import { peopleSchema } from './project.js';
import { closed, words } from './schema.js';
import { duration, entityKinds, name, namePattern, text } from './drill-terms.js';

const environmentPattern = '^[A-Za-z_][A-Za-z0-9_]*$';

const kongSchema = closed(
  {
    edition: Type.Optional(
      words(['oss', 'enterprise'], {
        default: 'oss',
        description: 'Which Kong Gateway: open source or Enterprise.',
      }),
    ),
    version: Type.Optional(
      text('Version of Kong; the tag of the official image.', { default: '3.9', examples: ['3.9'] }),
    ),
    nodes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 9,
        default: 1,
        description: 'How many Kong nodes share the database.',
      }),
    ),
    workers: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 16,
        default: 2,
        description: 'nginx worker processes of each node.',
      }),
    ),
    settings: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
        Type.Union([Type.String(), Type.Number(), Type.Boolean()], { description: 'Value of the setting.' }),
        {
          additionalProperties: false,
          description: 'Settings as in kong.conf, in lower case.',
          examples: [{ db_update_frequency: 5 }],
        },
      ),
    ),
    image: Type.Optional(
      text('Image to use in place of the official one (containers engine).', {
        examples: ['registry.example/kong:3.9'],
      }),
    ),
    files: Type.Optional(
      Type.Record(Type.String(), Type.String({ description: 'Path beside this drill.' }), {
        description: 'Files to put into Kong: path in Kong → path beside this drill.',
        examples: [{ '/usr/local/share/lua/5.1/kong/plugins/audit': 'plugins/audit' }],
      }),
    ),
    plugins: Type.Optional(
      Type.Array(Type.String({ description: 'Name of a plugin.' }), {
        description: 'Custom plugins to enable besides the bundled ones.',
        examples: [['audit']],
      }),
    ),
    environment: Type.Optional(
      Type.Record(
        Type.String({ pattern: environmentPattern }),
        Type.String({ description: 'Value of the variable.' }),
        {
          additionalProperties: false,
          description: 'Further environment variables of Kong.',
          examples: [{ TZ: 'UTC' }],
        },
      ),
    ),
    adminToken: Type.Optional(
      closed(
        {
          env: Type.String({
            pattern: environmentPattern,
            description: 'Name of the environment variable.',
            examples: ['KONG_ADMIN_TOKEN'],
          }),
        },
        { description: 'Enterprise: the environment variable that holds the Admin API token.' },
      ),
    ),
  },
  { description: 'Kong as production has it.' },
);

const topologySchema = closed(
  {
    kong: Type.Optional(kongSchema),
    postgres: Type.Optional(
      closed(
        {
          version: Type.Optional(text('Major version of Postgres.', { default: '15', examples: ['15'] })),
          image: Type.Optional(
            text('Image to use in place of the official one (containers engine).', {
              examples: ['registry.example/postgres:15'],
            }),
          ),
        },
        { description: 'Postgres as production has it.' },
      ),
    ),
    workspaces: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9_.~-]+$', description: 'Name of a workspace.' }), {
        minItems: 1,
        uniqueItems: true,
        default: ['default'],
        description: 'Workspaces; more than one needs `edition: enterprise`.',
      }),
    ),
  },
  { description: 'What runs before the disaster.' },
);

const impactOn = (probe: string) =>
  Type.Optional(words(['none', 'outage'], { description: `What is expected of ${probe}.` }));

const impactSchema = closed(
  {
    traffic: impactOn('requests that Kong can answer from memory'),
    uncached: impactOn('requests for which Kong must ask its database'),
    config: impactOn(
      'changes through the Admin API, and of the requests for which Kong must ask its database',
    ),
  },
  {
    description:
      'What the failure is expected to do to each kind of probe; expected and unseen makes the drill inconclusive.',
  },
);

const declaredLossSchema = closed(
  {
    recovery: name('Recovery path that loses this.', { examples: ['sync-deck'] }),
    kinds: entityKinds('Kinds of entities that it loses.', ['basic-auth']),
    fields: Type.Optional(
      Type.Array(Type.String({ description: 'Name of a field.' }), {
        minItems: 1,
        description: 'Only these fields.',
        examples: [['password']],
      }),
    ),
    reason: text('Why the loss is accepted.', { examples: ['decK hashes the hash'] }),
  },
  { description: 'A loss that is known and accepted; it is an error where it does not occur.' },
);

const objectivesSchema = closed(
  {
    rto: Type.Optional(
      closed(
        {
          traffic: Type.Optional(duration('Until the data plane answers as before.')),
          config: Type.Optional(duration('Until a new credential is accepted and takes effect.')),
          parity: Type.Optional(duration('Until every entity is back.')),
        },
        { description: 'Recovery time objectives, from the moment of the failure.' },
      ),
    ),
    rpo: Type.Optional(duration('Recovery point objective: how much acknowledged work may be lost.')),
    parity: Type.Optional(
      closed(
        {
          level: words(['identical', 'equivalent'], {
            description: 'identical: ids too. equivalent: the same entities by their natural keys.',
          }),
          declaredLoss: Type.Optional(
            Type.Array(declaredLossSchema, { description: 'What a path is known not to bring back.' }),
          ),
        },
        { description: 'How alike the recovered entities must be.' },
      ),
    ),
    behaviour: Type.Optional(
      words(['required', 'ignored'], {
        default: 'required',
        description: 'Whether logins, routes and plugins must answer as before.',
      }),
    ),
    regression: Type.Optional(
      closed(
        {
          runs: Type.Integer({
            minimum: 3,
            maximum: 100,
            description: 'How many earlier runs to compare with.',
            examples: [5],
          }),
        },
        {
          description:
            'Missed when a clock that has a target took clearly longer than in each of the last runs, even if the target is met.',
        },
      ),
    ),
  },
  { description: 'What recovery has to reach.' },
);

export const drillSchema = closed(
  {
    name: name('Name of the drill; reports are kept under it.', {
      maxLength: 80,
      examples: ['postgres-volume-lost'],
    }),
    title: Type.Optional(
      text('What the drill proves, in one line.', {
        examples: ['Postgres and its volume are gone; bring Kong back'],
      }),
    ),
    description: Type.Optional(
      text('Why a team would run it.', {
        examples: ['The backup of last night has never been restored by anybody.'],
      }),
    ),
    tags: Type.Optional(
      Type.Array(name('A word to select drills by.'), {
        uniqueItems: true,
        description: 'Words to select drills by (`--tag`).',
        examples: [['nightly']],
      }),
    ),
    topology: Type.Optional(topologySchema),
    state: stateSchema,
    artifacts: Type.Optional(
      Type.Record(Type.String({ pattern: namePattern }), artifactSchema, {
        additionalProperties: false,
        description: 'What recoveries start from, by name.',
      }),
    ),
    changes: Type.Optional(changesSchema),
    failure: Type.Array(failureSchema, { minItems: 1, description: 'What is destroyed, in order.' }),
    impact: Type.Optional(impactSchema),
    recovery: Type.Record(
      Type.String({ pattern: namePattern }),
      Type.Array(stageSchema, { minItems: 1, description: 'Stages of one recovery path, in order.' }),
      {
        additionalProperties: false,
        minProperties: 1,
        description: 'Recovery paths by name; each is tried on a fresh copy of the same disaster.',
      },
    ),
    objectives: Type.Optional(objectivesSchema),
    require: Type.Optional(
      words(['all', 'any'], {
        default: 'all',
        description: 'Which recovery paths must meet the objectives.',
      }),
    ),
    repeat: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100, default: 1, description: 'How often each path is tried.' }),
    ),
    limits: Type.Optional(
      closed(
        {
          step: Type.Optional(duration('Longest time for one recovery step.', { default: '10m' })),
          observe: Type.Optional(
            duration(
              'Longest time to wait for the clocks to stop after recovery; by default twice the largest RTO, at least 60s.',
            ),
          ),
        },
        { description: 'When to stop waiting.' },
      ),
    ),
    people: Type.Optional(peopleSchema),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'kong-drill drill file',
    description: 'One topology, one disaster, one or more recovery paths, and the objectives they must meet.',
  },
);

export type Drill = Static<typeof drillSchema>;
export type Clock = 'traffic' | 'config' | 'parity';
