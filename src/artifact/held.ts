/** What Kong itself holds, to compare an artifact with. */
import type { ArtifactContext } from './artifact.js';

/** Those of the collections (`/services`, `/vaults`, …) that hold anything but the runner's own entities; none where Kong is gone. */
export async function collectionsHeld(
  collections: readonly string[],
  { admin, isOurs, signal }: Pick<ArtifactContext, 'admin' | 'isOurs' | 'signal'>,
): Promise<string[]> {
  if (!admin) return [];
  const found = await Promise.all(
    collections.map(async (path) => {
      for await (const page of admin.list(path, { signal })) if (!page.every(isOurs)) return true;
      return false;
    }),
  );
  return collections.filter((_, index) => found[index]);
}
