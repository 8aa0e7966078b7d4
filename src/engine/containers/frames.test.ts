import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { framesOf } from './frames.js';

const frame = fc.record({ stderr: fc.boolean(), bytes: fc.uint8Array({ maxLength: 40 }) });

test('frames - the same bytes come out, however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(frame), fc.array(fc.nat(15)), async (frames, cuts) => {
      const whole = Buffer.concat(
        frames.flatMap(({ stderr, bytes }) => [header(stderr, bytes.length), bytes]),
      );
      const seen = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      for await (const { stream, bytes } of framesOf(pieces(whole, cuts))) seen[stream].push(bytes);
      for (const name of ['stdout', 'stderr'] as const) {
        const expected = frames.filter(({ stderr }) => stderr === (name === 'stderr'));
        assert.deepEqual(Buffer.concat(seen[name]), Buffer.concat(expected.map(({ bytes }) => bytes)));
      }
    }),
  );
});

function header(stderr: boolean, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = stderr ? 2 : 1;
  bytes.writeUInt32BE(length, 4);
  return bytes;
}

async function* pieces(whole: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const cut of cuts) {
    yield await Promise.resolve(whole.subarray(at, at + cut));
    at += cut;
  }
  yield whole.subarray(at);
}
