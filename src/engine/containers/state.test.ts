import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Docker } from './docker.js';
import type { Relay } from './relay.js';
import { httpGreeting, stateOf } from './state.js';

test('state - that nobody answers inside the network is evidence, that somebody does is none', async () => {
  for (const answered of [true, false]) {
    const asked: string[] = [];
    const relay = {
      probe: (target: string) => {
        asked.push(target);
        return Promise.resolve({ answered, seen: answered ? 'HTTP/1.1 200 OK' : 'ECONNREFUSED' });
      },
    };
    const watched = { container: undefined, target: '172.30.0.3:8001', greeting: httpGreeting };
    const { signal } = new AbortController();
    const { evidence } = await stateOf({} as Docker, relay as unknown as Relay, watched, signal);
    assert.deepEqual(asked, [watched.target]);
    assert.deepEqual(
      evidence.map(({ confirms }) => confirms),
      [true, !answered],
      'the engine, and the network within the lab',
    );
  }
});
