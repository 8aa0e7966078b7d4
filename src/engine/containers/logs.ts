/** Logs of containers, written into the folder of the run while they are made: a container that is lost takes nothing along. */
import { createWriteStream } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Docker } from './docker.js';
import { isStartingUp } from '../wal-archive.js';
import { framesOf } from './frames.js';

export interface LogFollower {
  /** Where to read on, for messages. */
  readonly hint: string;
  /** Goes on with what was logged since then: the container was started again. */
  follow(since: Date): void;
  /** The first line that says what went wrong, of what was logged last; waits a moment for the end of the log. */
  firstError(): Promise<string | undefined>;
  /** Waits until the log of an ended container is written, or a moment. */
  ended(): Promise<void>;
}

const keptCharacters = 65_536;
const endLimitMs = 1_000;
const errorLine = /\b(?:error|fatal|panic|emerg|crit|cannot|could not|failed|denied|refused)\b/i;

export function followLog(docker: Docker, id: string, file: string | undefined): LogFollower {
  let seen = '';
  let following: Promise<void> = Promise.resolve();

  const copy = async (since: number): Promise<void> => {
    seen = '';
    const stream = await docker.api
      .getContainer(id)
      .logs({ follow: true, stdout: true, stderr: true, since });
    const out = file === undefined ? undefined : await openLog(file);
    for await (const { bytes } of framesOf(stream as AsyncIterable<unknown>)) {
      seen += bytes.toString('utf8');
      if (seen.length > 2 * keptCharacters) seen = seen.slice(-keptCharacters);
      if (out && !out.write(bytes)) await once(out, 'drain');
    }
    out?.end();
    if (out) await once(out, 'close');
  };
  const follow = (since: number): void => {
    // The log is a help, not a duty: what cannot be had of it must not end a drill.
    following = following.then(() => copy(since)).catch(() => undefined);
  };
  const ended = async (): Promise<void> => {
    const limit = new AbortController();
    await Promise.race([following, docker.clock.sleep(endLimitMs, limit.signal).catch(() => undefined)]);
    limit.abort();
  };
  follow(0);
  return {
    hint: file === undefined ? 'see docker logs' : `see ${file}`,
    follow: (since) => follow(since.getTime() / 1_000),
    ended,
    firstError: async () => {
      await ended();
      const lines = seen.split('\n').map((line) => line.trim());
      return lines.find((line) => errorLine.test(line) && !isStartingUp(line))?.slice(0, 500);
    },
  };
}

async function openLog(file: string): Promise<WriteStream> {
  await mkdir(dirname(file), { recursive: true });
  const out = createWriteStream(file, { flags: 'a' });
  out.on('error', () => undefined);
  return out;
}
