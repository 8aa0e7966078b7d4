/** The part of the drill language that names what is destroyed. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { duration, entityKinds, name, text } from './drill-terms.js';
import { closed, tagged, words } from './schema.js';

export const componentWords = ['kong', 'postgres'] as const;

const target = words(componentWords, { description: 'What is hit.' });
const nodes = Type.Optional(
  Type.Union(
    [
      Type.Literal('all'),
      Type.Array(Type.Integer({ minimum: 1, description: 'Number of a Kong node.' }), {
        minItems: 1,
        uniqueItems: true,
      }),
    ],
    {
      default: 'all',
      description: 'Which Kong nodes, counted from 1; all by default.',
      examples: ['all', [1]],
    },
  ),
);

function onComponent<K extends string>(kind: K, description: string) {
  return closed({ kind: Type.Literal(kind), target, nodes }, { description });
}

function onPostgres<K extends string>(kind: K, description: string) {
  return closed(
    {
      kind: Type.Literal(kind),
      target: Type.Optional(Type.Literal('postgres', { description: 'What is hit.' })),
    },
    { description },
  );
}

export const failureSchema = tagged(
  'kind',
  [
    onComponent('kill', 'Crash: SIGKILL, data stays.'),
    onComponent('lose', 'Gone for good, with its volume.'),
    onComponent('stop', 'Orderly stop.'),
    onComponent('freeze', 'Hangs: neither answers nor closes connections.'),
    closed(
      { kind: Type.Literal('cut-off') },
      { description: 'The network between Kong and Postgres is cut.' },
    ),
    onPostgres('fill-disk', 'The disk of Postgres is full.'),
    onPostgres('corrupt', 'Data files of Postgres are damaged.'),
    closed({ kind: Type.Literal('drop-database') }, { description: "Kong's database is dropped." }),
    closed(
      {
        kind: Type.Literal('truncate'),
        tables: Type.Optional(
          Type.Array(Type.String({ description: 'Table of the database of Kong.' }), {
            minItems: 1,
            description: 'Tables; all configuration by default.',
            examples: [['routes', 'services']],
          }),
        ),
      },
      { description: 'Tables are emptied behind the back of Kong.' },
    ),
    closed(
      {
        kind: Type.Literal('wrong-sync'),
        file: text('The decK file that is synced by mistake, beside this drill.', {
          examples: ['fixtures/staging.yaml'],
        }),
      },
      { description: 'decK syncs the wrong file.' },
    ),
    closed(
      {
        kind: Type.Literal('reset'),
        workspace: Type.Optional(text('Only this workspace.', { examples: ['default'] })),
      },
      { description: 'decK resets Kong, or one workspace.' },
    ),
    closed(
      {
        kind: Type.Literal('delete-entities'),
        entities: entityKinds('Which kinds are deleted, all of each.', ['routes']),
      },
      { description: 'Entities are deleted through the Admin API.' },
    ),
    closed(
      {
        kind: Type.Literal('restore-point'),
        name: name('Its name, for `replayTo`.', { maxLength: 60, examples: ['before-deploy'] }),
      },
      {
        description: 'Breaks nothing: a named point in the WAL, as a careful deploy makes before it begins.',
      },
    ),
    closed(
      { kind: Type.Literal('pause'), for: duration('How long the sequence waits.') },
      { description: 'A pause in a sequence.' },
    ),
  ],
  { description: 'One thing that goes wrong.' },
);

export type Failure = Static<typeof failureSchema>;
export type FailureKind = Failure['kind'];
export type Component = (typeof componentWords)[number];

/** Entries of a sequence that break nothing. */
export function isHarmless(
  failure: Failure,
): failure is Extract<Failure, { kind: 'pause' | 'restore-point' }> {
  return failure.kind === 'pause' || failure.kind === 'restore-point';
}

/** What is destroyed, in a few words: `lose postgres, then stop kong`. */
export function disasterOf(failures: readonly Failure[]): string {
  return failures.map(inWords).join(', then ');
}

function inWords(failure: Failure): string {
  const { kind } = failure;
  if (kind === 'pause') return `wait ${failure.for}`;
  if (kind === 'restore-point') return `restore point ${failure.name}`;
  if (kind === 'delete-entities') return `${kind} ${failure.entities.join(', ')}`;
  if (!('target' in failure)) return kind;
  const some = 'nodes' in failure && Array.isArray(failure.nodes);
  return `${kind} ${failure.target}${some ? ` ${(failure.nodes as readonly number[]).join(', ')}` : ''}`;
}
