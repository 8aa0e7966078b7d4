/** Images that are not here: pulled with progress from a registry of the test's own, or reported with what would bring them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import type { PulledImage } from '../../model/journal.js';
import { systemClock } from '../../system/clock.js';
import { environment } from '../../system/environment.js';
import { randomHex } from '../../system/random.js';
import { docker, dockerMissing } from '../../testing/docker.js';
import { tinyRegistry } from '../../testing/tiny-registry.js';
import { connectDocker } from './docker.js';
import type { ImageChoice } from './image-names.js';
import { findImage } from './images.js';
import type { ImageAccess } from './images.js';

const limitMs = 120_000;
const skip = (await dockerMissing()) ?? false;

async function accessTo(
  told: string[],
  pull: boolean,
  onPulled: ImageAccess['onPulled'] = () => undefined,
): Promise<ImageAccess> {
  const progress = (line: string): void => void told.push(line);
  const setup = { environment: environment(), clock: systemClock(), pull, progress };
  const docker = await connectDocker(setup);
  return { ...setup, docker, onPulled, signal: AbortSignal.timeout(limitMs) };
}

const chosen = (image: string): ImageChoice => ({ role: 'lab', image, from: 'command line' });

test(
  'images - one that is not here is pulled, with progress, to the digest of its manifest',
  { skip, timeout: limitMs },
  async () => {
    await using registry = await tinyRegistry(randomHex());
    const image = `${registry.host}/tiny:1`;
    const told: string[] = [];
    const pulled: PulledImage[] = [];
    const onPulled = (one: PulledImage) => void pulled.push(one);
    const found = await findImage(chosen(image), await accessTo(told, true, onPulled));
    try {
      assert.deepEqual([found.digest, found.command], [registry.digest, ['/word']]);
      assert.ok(told.includes(`pulling ${image} (lab)`), told.join('\n'));
      assert.ok(told.includes(`pulling ${image}: 1 of 1 layers`), told.join('\n'));
      const asked = registry.asked.length;
      assert.deepEqual(
        pulled.map(({ image: name, tookMs }) => [name, tookMs > 0 && tookMs < limitMs]),
        [[image, true]],
      );
      await findImage(chosen(image), await accessTo(told, true, onPulled));
      assert.equal(pulled.length, 1, 'what is here is not told again');
      assert.equal(registry.asked.length, asked, 'what is here is not asked for again');
    } finally {
      await docker(['rmi', image]);
    }
  },
);

test(
  'images - one that no registry has, and one that must not be pulled, each with the exact docker pull',
  { skip, timeout: limitMs },
  async () => {
    await using registry = await tinyRegistry(randomHex());
    for (const [image, pull, why] of [
      [`${registry.host}/tiny:2`, true, /manifest unknown|not found/],
      [`${registry.host}/tiny:1`, false, /--no-pull was given/],
    ] as const) {
      const access = await accessTo([], pull);
      await assert.rejects(findImage(chosen(image), access), (error: unknown) => {
        assert.ok(error instanceof DrillError);
        assert.match(error.message, why);
        assert.ok(error.hint.startsWith(`docker pull ${image},`), error.hint);
        return true;
      });
    }
    assert.ok(!registry.asked.some((path) => path.includes('blobs')), 'nothing was pulled');
  },
);

test(
  'images - one that is pinned is that very one, or refused with both digests, also where the registry lies',
  { skip, timeout: limitMs },
  async () => {
    const wrong = `sha256:${'0'.repeat(64)}`;
    await using registry = await tinyRegistry(randomHex(), wrong);
    const name = `${registry.host}/tiny`;
    const find = async (image: string, pull: boolean) => findImage(chosen(image), await accessTo([], pull));
    const pinned = await find(`${name}@${registry.digest}`, true);
    try {
      assert.equal(pinned.digest, registry.digest);
      assert.equal((await find(`${name}:1@${registry.digest}`, false)).id, pinned.id);
      for (const pull of [false, true])
        await assert.rejects(find(`${name}@${wrong}`, pull), (error: unknown) => {
          assert.ok(error instanceof DrillError);
          assert.match(error.message, new RegExp(`${wrong} .*; here is ${name} with ${registry.digest}`));
          return true;
        });
    } finally {
      await docker(['rmi', `${name}@${registry.digest}`]);
    }
  },
);
