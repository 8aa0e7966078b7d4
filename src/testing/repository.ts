/** A git repository of a test's own. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from '../system/command.js';

/**
 * One commit for each content of a file, on the days of March 2026 from the first on; the first commit has the tag `first`
 * and the branch `release`.
 * @returns its folder, within `parent`.
 */
export async function repositoryWith(
  parent: string,
  file: string,
  contents: readonly string[],
): Promise<string> {
  const place = await mkdtemp(join(parent, 'repository-'));
  await mkdir(dirname(join(place, file)), { recursive: true });
  await git(place, ['init', '--quiet', '--initial-branch=main']);
  for (const [index, content] of contents.entries()) {
    await writeFile(join(place, file), content);
    await git(place, ['add', '.']);
    const date = `2026-03-${String(index + 1).padStart(2, '0')}T00:00:00Z`;
    await git(place, ['commit', '--quiet', '-m', `state ${index + 1}`], { GIT_COMMITTER_DATE: date });
    if (index > 0) continue;
    await git(place, ['tag', 'first']);
    await git(place, ['branch', 'release']);
  }
  return place;
}

async function git(cwd: string, words: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const identity = ['-c', 'user.name=tester', '-c', 'user.email=tester@example.org'];
  const result = await runCommand(['git', ...identity, ...words], { cwd, env });
  assert.ok(result.ok, result.stderr);
}
