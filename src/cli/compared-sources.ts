/** Both sides of a comparison, read with one key for their secrets. */
import { DrillError } from '../model/drill-error.js';
import type { NamedSnapshot } from '../parity/comparison.js';
import { secretHasher } from '../parity/secrets.js';
import { readSecretKeyId } from '../parity/snapshot-file.js';
import { randomHex } from '../system/random.js';
import type { CommandContext, Given } from './command.js';
import { shownAddress, sourceNamed } from './kong-source.js';
import type { KongSource } from './kong-source.js';
import { readSource } from './read-source.js';
import { snapshotKey } from './snapshot-key.js';
import { sourceAccess } from './source-options.js';

/**
 * Both at once. What the secrets of a saved snapshot were hashed with decides whether the other side is read at all.
 * @throws DrillError `usage` where two keys meet, and whatever reading throws.
 */
export async function readBoth(
  names: readonly [string, string],
  given: Given,
  { environment, signal }: CommandContext,
): Promise<readonly [NamedSnapshot, NamedSnapshot]> {
  const sources = [await sourceNamed(names[0], 'compare'), await sourceNamed(names[1], 'compare')] as const;
  const access = sourceAccess(given, environment);
  const secretKey = await keyFor(sources, given, environment);
  const read = async (source: KongSource): Promise<NamedSnapshot> => ({
    name: shownName(source),
    snapshot: await readSource(source, { access, secretKey, environment, signal }),
  });
  return await Promise.all([read(sources[0]), read(sources[1])]);
}

/** Where both are read now, a key that is forgotten afterwards serves as well as any; two saved ones are not hashed again. */
async function keyFor(
  sources: readonly KongSource[],
  given: Given,
  environment: CommandContext['environment'],
): Promise<string> {
  const saved = sources.flatMap((source) => (source.kind === 'snapshot' ? [source.path] : []));
  const [file] = saved;
  if (file === undefined || saved.length === sources.length) return randomHex(32);
  return await keyFitting(readSecretKeyId(file), given, environment);
}

async function keyFitting(
  savedId: string,
  given: Given,
  environment: CommandContext['environment'],
): Promise<string> {
  const { key, origin } = await snapshotKey(given, environment);
  const { id } = secretHasher(key);
  if (savedId === id) return key;
  throw new DrillError(
    'usage',
    `the secrets of the snapshot are hashed with key ${savedId}, and the key at hand is ${id} (${origin})`,
    'give the key that the snapshot was taken with: --key-file FILE, or KONG_DRILL_SNAPSHOT_KEY',
  );
}

function shownName(source: KongSource): string {
  return 'url' in source ? shownAddress(source.url) : source.path;
}
