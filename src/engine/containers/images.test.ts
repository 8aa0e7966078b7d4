import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import { systemClock } from '../../system/clock.js';
import type { Docker, DockerApi } from './docker.js';
import { findImage } from './images.js';

const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** An engine that answers every name with one image. */
function engineWith(held: { readonly Id: string; readonly RepoDigests: readonly string[] | null }) {
  const started: string[] = [];
  const api = {
    getImage: () => ({ inspect: () => Promise.resolve({ ...held, Config: {} }) }),
    createContainer: () => started.push('container'),
    pull: () => started.push('pull'),
  } as unknown as DockerApi;
  const access = {
    pull: true,
    progress: () => undefined,
    clock: systemClock(),
    onPulled: () => undefined,
    signal: AbortSignal.timeout(60_000),
  };
  const find = (image: string) =>
    findImage({ role: 'kong', image, from: 'drill' }, { ...access, docker: { api } as Docker });
  return { find, started };
}

test('images - an engine that has another image under a pinned name is refused, with both digests', async () => {
  const { find, started } = engineWith({ Id: digestOf('1'), RepoDigests: [`kong@${digestOf('2')}`] });
  await assert.rejects(find(`kong@${digestOf('3')}`), (error: unknown) => {
    assert.ok(error instanceof DrillError && error.code === 'engine');
    for (const digit of ['2', '3']) assert.ok(error.message.includes(digestOf(digit)), error.message);
    return true;
  });
  assert.deepEqual(started, []);
});

test('images - what is recorded of a pinned image is what it is pinned to', async () => {
  const names = [`mirror/kong@${digestOf('2')}`, `kong@${digestOf('3')}`];
  const { find } = engineWith({ Id: digestOf('1'), RepoDigests: names });
  assert.equal((await find(`kong@${digestOf('3')}`)).digest, digestOf('3'));
  assert.equal((await find('kong:3.9')).digest, digestOf('2'));
});

test('images - one that never was in a registry may be pinned to its id', async () => {
  const { find } = engineWith({ Id: digestOf('1'), RepoDigests: null });
  assert.equal((await find(`kong@${digestOf('1')}`)).digest, digestOf('1'));
});
