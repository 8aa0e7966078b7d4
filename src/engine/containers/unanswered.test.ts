/** A Docker engine that answers its pings, and keeps the answer of one call back: whoever waits for it is let go by their signal. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Docker } from './docker.js';
import { hostOf } from './host.js';
import { makeFront, makeInside } from './network.js';

type Call = 'createNetwork' | 'inspect' | 'remove' | 'info';

const range = { IPAM: { Config: [{ Subnet: '172.30.0.0/16' }] } };

/** @param silentAt the call that is never answered; `told` is called when it is made. */
function dockerSilentAt(silentAt: Call, told: () => void): Docker {
  const answer = (call: Call, value: unknown) => () => {
    if (call !== silentAt) return Promise.resolve(value);
    told();
    return new Promise(() => undefined);
  };
  const network = { inspect: answer('inspect', range), remove: answer('remove', undefined) };
  const api = {
    createNetwork: answer('createNetwork', { id: 'n' }),
    getNetwork: () => network,
    info: answer('info', {}),
  };
  return { api } as unknown as Docker;
}

const waits: readonly (readonly [Call, string, (docker: Docker, signal: AbortSignal) => Promise<unknown>])[] =
  [
    ...(['createNetwork', 'inspect', 'remove'] as const).map(
      (call) =>
        [
          call,
          'the network inside',
          (docker: Docker, signal: AbortSignal) => makeInside(docker, { name: 'n', labels: {}, signal }),
        ] as const,
    ),
    [
      'createNetwork',
      'the network in front',
      (docker, signal) => makeFront(docker, { name: 'n', labels: {}, signal }),
    ],
    ['info', 'its host', hostOf],
  ];

for (const [call, what, wait] of waits)
  test(`docker - never answers ${call}: who waits for ${what} is let go`, { timeout: 5_000 }, async () => {
    const end = new AbortController();
    const docker = dockerSilentAt(call, () => setImmediate(() => end.abort(new Error('over'))));
    await assert.rejects(wait(docker, end.signal), /^Error: over$/);
  });
