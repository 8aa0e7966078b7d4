/** The lines of a file, one at a time. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface Line {
  readonly text: string;
  /** False for a last one that no line break ends. */
  readonly ended: boolean;
}

const chunkBytes = 1 << 20;

/** Opened at once, then read with bounded memory. @throws the error of the file system, where there is nothing to read. */
export function linesOf(file: string): Iterable<Line> {
  return linesFrom(openSync(file, 'r'));
}

function* linesFrom(descriptor: number): Generator<Line> {
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest: Buffer[] = [];
    for (;;) {
      const read = readSync(descriptor, chunk, 0, chunkBytes, null);
      if (read === 0) break;
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1 && end < read; end = chunk.indexOf(10, from)) {
        yield { text: Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8'), ended: true };
        rest = [];
        from = end + 1;
      }
      if (from < read) rest.push(Buffer.from(chunk.subarray(from, read)));
    }
    if (rest.length > 0) yield { text: Buffer.concat(rest).toString('utf8'), ended: false };
  } finally {
    closeSync(descriptor);
  }
}
