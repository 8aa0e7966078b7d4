/** The part of the drill language that names the state, the artifacts, and the stages of a recovery. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { command, duration, name, tags, text } from './drill-terms.js';
import { pipelineStepsSchema } from './pipeline.js';
import { closed, exactlyOne, tagged, words } from './schema.js';

const count = (what: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: 100_000, description: `How many ${what}.`, examples: [1000] }),
  );

export const stateSchema = exactlyOne(
  {
    deck: text('A decK file, or a folder of them.', { examples: ['kong.yaml'] }),
    databaseDump: text('A dump of a Kong database (pg_dump, custom format).', {
      examples: ['backups/kong.dump'],
    }),
    pipeline: text('A folder of recorded pipeline runs; see `ci-replay`.', { examples: ['fixtures/shop'] }),
    generate: closed(
      {
        services: count('services; 10 by default'),
        routes: count('routes; two for each service by default'),
        consumers: count('consumers, each with a login; as many as services by default'),
        plugins: count('plugins; as many as services by default'),
        upstreams: count('upstreams, each with its targets; one for four services by default'),
        certificates: count('certificates, each with its server name; one for ten services by default'),
        seed: Type.Integer({ description: 'The same seed gives the same state.', examples: [7] }),
      },
      {
        description:
          'A made-up configuration of believable shape: the same from the same numbers, to the id.',
      },
    ),
  },
  { description: 'The configuration that Kong holds before the disaster; exactly one of these.' },
);

const source = {
  path: Type.Optional(
    text('A file or folder of your own, beside this drill; with `git:`, within the repository.', {
      examples: ['backups/kong.dump'],
    }),
  ),
  git: Type.Optional(
    text('A git repository that holds it: a path beside this drill, or a URL.', {
      examples: ['../kong-config'],
    }),
  ),
  revision: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_][A-Za-z0-9_./-]*$',
      description: 'The branch, tag or commit in that repository.',
      examples: ['main'],
    }),
  ),
  command: Type.Optional(
    command('A command that writes it to the file named by $KONG_DRILL_ARTIFACT.', [
      './fetch-last-backup.sh',
    ]),
  ),
  decrypt: Type.Optional(
    command('A command that decrypts standard input to standard output.', ['gpg', '--decrypt']),
  ),
  sha256: Type.Optional(
    Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'The checksum it must have, after `decrypt`.',
      examples: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    }),
  ),
};
const every = Type.Optional(duration('How often it is taken in real life; counts for the RPO.'));

export const artifactSchema = tagged(
  'kind',
  [
    closed(
      {
        kind: Type.Literal('database'),
        method: Type.Optional(
          words(['logical', 'physical'], {
            default: 'logical',
            description: 'logical: pg_dump. physical: base backup, and WAL where a recovery asks for it.',
          }),
        ),
        archiveTimeout: Type.Optional(
          duration(
            'Physical only: how long written WAL may stay out of the archive (`archive_timeout` of Postgres), in whole seconds.',
            { default: '60s', examples: ['60s'] },
          ),
        ),
        every,
        ...source,
      },
      { description: 'A backup of the database of Kong.' },
    ),
    closed(
      {
        kind: Type.Literal('deck'),
        withIds: Type.Optional(Type.Boolean({ default: false, description: 'Dump with ids.' })),
        allWorkspaces: Type.Optional(
          Type.Boolean({ default: false, description: 'One file for each workspace.' }),
        ),
        selectTags: Type.Optional(tags('Only entities with these tags.')),
        every,
        createdAt: Type.Optional(
          Type.String({
            pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?Z$',
            description: 'When yours was made, in UTC; by default the date of its file, or of its commit.',
            examples: ['2026-11-24T02:00:00Z'],
          }),
        ),
        ...source,
      },
      { description: 'A decK dump.' },
    ),
    closed(
      {
        kind: Type.Literal('pipeline'),
        steps: Type.Optional(pipelineStepsSchema),
        ...source,
      },
      {
        description:
          'Recorded runs of the CI/CD pipelines that configure Kong; with `git:`, each commit is a run: a sync of `path` by decK, or `steps`.',
      },
    ),
  ],
  { description: 'What a recovery starts from: taken by the drill, or your own.' },
);

const from = name('Artifact to recover from.', { examples: ['nightly-db'] });
const kong = Type.Optional(
  words(['restart', 'keep', 'reload', 'clear-cache', 'new'], {
    default: 'restart',
    description: 'What happens to a Kong that survived; one that was lost is started anew.',
  }),
);
const address = Type.Optional(
  words(['same', 'new'], {
    default: 'new',
    description: 'Whether a new Postgres comes back on the old network address.',
  }),
);

export const stageSchema = tagged(
  'stage',
  [
    closed(
      { stage: Type.Literal('reattach'), kong },
      { description: 'New Kong nodes on the surviving Postgres.' },
    ),
    closed(
      {
        stage: Type.Literal('database-restore'),
        from,
        kong,
        address,
        into: Type.Optional(
          words(['empty', 'existing'], {
            default: 'empty',
            description:
              'empty: a database made anew. existing: over the one that is there (`--clean --if-exists`).',
          }),
        ),
        jobs: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 32, default: 2, description: 'Parallel jobs of pg_restore.' }),
        ),
        replayTo: Type.Optional(
          text(
            'Physical only: replay the WAL that was archived since the base backup, to its `end`, to a restore point of `failure:`, or to `10s before the failure`. Without it, the base backup alone.',
            { examples: ['end', 'before-deploy', '10s before the failure'] },
          ),
        ),
        kongVersion: Type.Optional(text('Start this version of Kong afterwards.', { examples: ['3.10'] })),
        postgresVersion: Type.Optional(
          text('Restore into this major version of Postgres.', { examples: ['16'] }),
        ),
      },
      { description: 'Restore the database, then Kong.' },
    ),
    closed(
      {
        stage: Type.Literal('deck-sync'),
        from,
        kong,
        address,
        selectTags: Type.Optional(tags('Sync only these tags.')),
        retries: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 20,
            default: 0,
            description: 'How often a failed sync is run again.',
          }),
        ),
      },
      { description: 'A new database, migrations, Kong, then decK sync.' },
    ),
    closed(
      {
        stage: Type.Literal('ci-replay'),
        from,
        kong,
        address,
        since: Type.Optional(text('`start` (default), `artifact`, or a git revision.', { default: 'start' })),
        times: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 2,
            default: 1,
            description: '2: twice, to see whether it is idempotent.',
          }),
        ),
        newestOnly: Type.Optional(
          Type.Boolean({ default: false, description: 'Only the newest state of a git repository.' }),
        ),
      },
      {
        description: 'A new database, migrations, Kong, then the recorded pipeline runs again, oldest first.',
      },
    ),
    closed(
      {
        stage: Type.Literal('infrastructure'),
        command: command(
          "Your own script, run in the folder of the drill; it sees the lab's Admin API and Postgres in its environment.",
          ['./rebuild.sh'],
        ),
      },
      {
        description:
          'Your own infrastructure-as-code script; its time counts. The servers of the lab are brought back by the other stages.',
      },
    ),
  ],
  { description: 'One stage of a recovery path.' },
);

/** Whether the drill takes it itself, and nobody gives one. */
export function isTaken({ path, git, command }: Artifact): boolean {
  return path === undefined && git === undefined && command === undefined;
}

export type State = Static<typeof stateSchema>;
export type Generate = Extract<State, { generate: unknown }>['generate'];
export type Artifact = Static<typeof artifactSchema>;
export type ArtifactKind = Artifact['kind'];
export type Stage = Static<typeof stageSchema>;
export type StageKind = Stage['stage'];
