/** Both sides of a comparison, read with one key for their secrets. */
import type { Snapshot } from '../model/entity.js';
import { DrillError } from '../model/drill-error.js';
import type { NamedSnapshot } from '../parity/comparison.js';
import { secretHasher } from '../parity/secrets.js';
import { randomHex } from '../system/random.js';
import type { CommandContext, Given } from './command.js';
import { shownAddress, sourceNamed } from './kong-source.js';
import type { KongSource } from './kong-source.js';
import { readSource } from './read-source.js';
import type { ReadingTerms } from './read-source.js';
import { snapshotKey } from './snapshot-key.js';
import { sourceAccess } from './source-options.js';

/**
 * Files of snapshots first: what their secrets were hashed with decides whether the other side is read at all.
 * @throws DrillError `usage` where two keys meet, and whatever reading throws.
 */
export async function readBoth(
  names: readonly [string, string],
  given: Given,
  { environment, signal }: CommandContext,
): Promise<readonly [NamedSnapshot, NamedSnapshot]> {
  const [before, after] = [await sourceNamed(names[0]), await sourceNamed(names[1])];
  const access = sourceAccess(given, environment);
  const read = (source: KongSource, secretKey: string): Promise<Snapshot> =>
    readSource(source, { access, secretKey, environment, signal } satisfies ReadingTerms);
  const files = new Map<KongSource, Snapshot>();
  for (const source of [before, after])
    if (source.kind === 'snapshot') files.set(source, await read(source, ''));
  const [saved] = files.values();
  // Where both are read now, a key that is forgotten afterwards serves as well as any.
  const key = saved === undefined ? randomHex(32) : undefined;
  const keyOf = async (): Promise<string> => key ?? (await keyFitting(saved, given, environment));
  const sideOf = async (source: KongSource): Promise<NamedSnapshot> => {
    const snapshot = files.get(source) ?? (await read(source, await keyOf()));
    return { name: shownName(source), snapshot };
  };
  return [await sideOf(before), await sideOf(after)];
}

async function keyFitting(
  saved: Snapshot | undefined,
  given: Given,
  environment: CommandContext['environment'],
): Promise<string> {
  const { key, origin } = await snapshotKey(given, environment);
  const { id } = secretHasher(key);
  if (saved === undefined || saved.secretKeyId === id) return key;
  throw new DrillError(
    'usage',
    `the secrets of the snapshot are hashed with key ${saved.secretKeyId}, and the key at hand is ${id} (${origin})`,
    'give the key that the snapshot was taken with: --key-file FILE, or KONG_DRILL_SNAPSHOT_KEY',
  );
}

function shownName(source: KongSource): string {
  return 'url' in source ? shownAddress(source.url) : source.path;
}
