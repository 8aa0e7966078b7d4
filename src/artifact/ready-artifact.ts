/** Takes or fetches each kind of artifact, and checks it. */
import { isTaken } from '../model/drill-recovery.js';
import type { Artifact } from '../model/drill-recovery.js';
import { durationMs, formatDuration } from '../model/units.js';
import { digestOf } from '../system/files.js';
import { giveCommits } from './commits.js';
import type { ArtifactContext, Found, ReadyArtifact } from './artifact.js';
import { giveDatabase, takeDatabase } from './database.js';
import { giveDeck, takeDeck } from './deck.js';
import { fetchArtifact } from './fetch.js';
import type { Fetched } from './fetch.js';
import { givePipeline } from './pipeline.js';

/** Takes or fetches an artifact and checks it. A bad one comes back with its faults; only a broken lab throws. */
export async function readyArtifact(
  name: string,
  artifact: Artifact,
  context: ArtifactContext,
): Promise<ReadyArtifact> {
  const found = isTaken(artifact) ? take : give;
  const ready = await found(name, artifact, context);
  const digest =
    ready.faults.length > 0 ? await digestOf(ready.path).catch(() => nothing) : await digestOf(ready.path);
  return {
    ...ready,
    name,
    kind: artifact.kind,
    ...('every' in artifact ? { everyMs: durationMs(artifact.every) } : {}),
    ...digest,
    faults: [
      ...ready.faults,
      ...wrongChecksum(artifact, digest.sha256),
      ...stale(artifact, ready.createdUtc, context.clock.utc()),
    ],
  };
}

type Checked = Omit<ReadyArtifact, 'name' | 'kind' | 'everyMs' | 'sizeBytes' | 'sha256'>;

const nothing = { sha256: '', sizeBytes: 0 };

async function take(name: string, artifact: Artifact, context: ArtifactContext): Promise<Checked> {
  const takenFromMs = context.clock.nowMs();
  const found = await taken(name, artifact, context);
  return { ...found, origin: 'taken', takenFromMs, takenToMs: context.clock.nowMs() };
}

async function taken(name: string, artifact: Artifact, context: ArtifactContext): Promise<Found> {
  switch (artifact.kind) {
    case 'database':
      return await takeDatabase(name, artifact, context);
    case 'deck':
      return await takeDeck(name, artifact, context);
    case 'pipeline':
      return {
        method: 'recorded runs',
        path: context.folder,
        faults: ['a pipeline cannot be taken: give its `path`'],
      };
  }
}

async function give(name: string, artifact: Artifact, context: ArtifactContext): Promise<Checked> {
  const beganMs = context.clock.nowMs();
  const fetched = await fetchArtifact(name, artifact, context);
  const fetchedInMs = context.clock.nowMs() - beganMs;
  const { path, faults } = fetched;
  const found: Found =
    faults.length > 0 ? { method: 'given', path, faults } : await check(artifact, fetched, context);
  const { createdUtc } = { ...datedBySource(artifact, fetched), ...found };
  return {
    ...found,
    origin: 'given',
    ...(createdUtc === undefined ? {} : { createdUtc }),
    ...(fetched.commands.length === 0
      ? {}
      : {
          source: describe(artifact, fetched),
          fetchedInMs,
          commands: fetched.commands,
          again: (signal: AbortSignal) =>
            readyArtifact(name, artifact, { ...context, signal, admin: undefined }),
        }),
  };
}

async function check(artifact: Artifact, { path, clone }: Fetched, context: ArtifactContext): Promise<Found> {
  switch (artifact.kind) {
    case 'database':
      return await giveDatabase(path, context);
    case 'deck':
      return await giveDeck(path, artifact, context);
    case 'pipeline':
      return clone === undefined
        ? await givePipeline(path)
        : { path, ...(await giveCommits({ clone, path: artifact.path, steps: artifact.steps }, context)) };
  }
}

/** What is kept in git with a schedule is as old as that says: a dump in which nothing changed makes no commit. */
function datedBySource(artifact: Artifact, { createdUtc }: Fetched): { createdUtc?: string } {
  if ('createdAt' in artifact) return { createdUtc: artifact.createdAt };
  const isOnSchedule = artifact.git !== undefined && 'every' in artifact;
  return createdUtc === undefined || isOnSchedule ? {} : { createdUtc };
}

function describe({ git, command, decrypt }: Artifact, { revision, createdUtc }: Fetched): string {
  const committed = createdUtc === undefined ? '' : `, committed ${createdUtc}`;
  const how = [
    ...(git === undefined ? [] : [`from git ${git} at ${revision ?? 'an unknown revision'}${committed}`]),
    ...(command === undefined ? [] : ['by your command']),
    ...(decrypt === undefined ? [] : ['decrypted']),
  ];
  return how.join(', ');
}

function wrongChecksum(artifact: Artifact, sha256: string): string[] {
  if (artifact.sha256 === undefined || artifact.sha256 === sha256) return [];
  return [`checksum: expected SHA-256 ${artifact.sha256}, got ${sha256}`];
}

/** Older than twice its schedule: at least one was not taken, or not kept. */
function stale(artifact: Artifact, createdUtc: string | undefined, now: Date): string[] {
  if (createdUtc === undefined || !('every' in artifact)) return [];
  const ageMs = now.getTime() - Date.parse(createdUtc);
  if (ageMs <= 2 * durationMs(artifact.every)) return [];
  return [
    `stale: it is of ${createdUtc}, ${formatDuration(ageMs)} old, and one is to be taken every ${artifact.every}`,
  ];
}
