/** Takes or fetches each kind of artifact. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Artifact, ArtifactKind } from '../model/drill-recovery.js';
import { durationMs } from '../model/units.js';
import { digestOf } from '../system/files.js';
import type { ArtifactContext, Found, ReadyArtifact } from './artifact.js';
import { giveDatabase, takeDatabase } from './database.js';
import { giveDeck, takeDeck } from './deck.js';
import { givePipeline } from './pipeline.js';

/** Takes or fetches an artifact and checks it. A bad one comes back with its faults; only a broken lab throws. */
export async function readyArtifact(
  name: string,
  artifact: Artifact,
  context: ArtifactContext,
): Promise<ReadyArtifact> {
  const takenFromMs = context.clock.nowMs();
  const given = artifact.path === undefined ? undefined : resolve(context.folder, artifact.path);
  const found = await (given === undefined
    ? take(name, artifact, context)
    : give(artifact.kind, given, context));
  const takenToMs = context.clock.nowMs();
  const digest =
    found.faults.length > 0 ? await digestOf(found.path).catch(() => nothing) : await digestOf(found.path);
  return {
    ...found,
    name,
    kind: artifact.kind,
    origin: given === undefined ? 'taken' : 'given',
    ...(given === undefined ? { takenFromMs, takenToMs } : {}),
    ...('every' in artifact ? { everyMs: durationMs(artifact.every) } : {}),
    ...digest,
    faults: [...found.faults, ...wrongChecksum(artifact, digest.sha256)],
  };
}

const nothing = { sha256: '', sizeBytes: 0 };

async function take(name: string, artifact: Artifact, context: ArtifactContext): Promise<Found> {
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

async function give(kind: ArtifactKind, path: string, context: ArtifactContext): Promise<Found> {
  const there = await stat(path).catch(() => undefined);
  if (!there)
    return { method: 'given', path, faults: [`expected a file or folder at ${path}, found nothing`] };
  switch (kind) {
    case 'database':
      return { ...(await giveDatabase(path, context)), createdUtc: there.mtime.toISOString() };
    case 'deck':
      return {
        ...(await giveDeck(path, () => readFile(path, 'utf8'))),
        createdUtc: there.mtime.toISOString(),
      };
    case 'pipeline':
      return await givePipeline(path);
  }
}

function wrongChecksum(artifact: Artifact, sha256: string): string[] {
  if (artifact.sha256 === undefined || artifact.sha256 === sha256) return [];
  return [`checksum: expected SHA-256 ${artifact.sha256}, got ${sha256}`];
}
