/** Docker's multiplexed streams: frames of an eight-byte header (which stream, how long) and that many bytes. */

export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

/** Splits a stream of `logs`, `attach` or `exec` into its frames; a part of a frame is handed on as it comes. */
export async function* framesOf(source: AsyncIterable<unknown>): AsyncGenerator<Frame> {
  let header: Buffer = Buffer.alloc(0);
  let left = 0;
  let stream: Frame['stream'] = 'stdout';
  for await (const chunk of source) {
    let bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    while (bytes.length > 0) {
      if (left === 0) {
        const missing = 8 - header.length;
        header = Buffer.concat([header, bytes.subarray(0, missing)]);
        bytes = bytes.subarray(missing);
        if (header.length < 8) break;
        stream = header[0] === 2 ? 'stderr' : 'stdout';
        left = header.readUInt32BE(4);
        header = Buffer.alloc(0);
        continue;
      }
      const part = bytes.subarray(0, left);
      yield { stream, bytes: part };
      left -= part.length;
      bytes = bytes.subarray(part.length);
    }
  }
}
