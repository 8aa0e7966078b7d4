/** Whether somebody is there at all: connects, says something, and tells what comes back. */
import { connect } from 'node:net';

export interface Greeting {
  readonly host: string;
  readonly port: number;
  /** Said first, where the other side waits for that. */
  readonly say?: string;
  /** For the connection, and for each word of the answer. */
  readonly limitMs: number;
}

/** The whole answer, or what was seen in its place. Never throws. */
export function hear({ host, port, say, limitMs }: Greeting): Promise<{ heard: string } | { seen: string }> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ host, port });
    const give = (seen: string): void => {
      socket.destroy();
      resolve(heard === '' ? { seen } : { heard });
    };
    // Where this process did not get the processor in time, the timer comes before the answer that lies ready.
    socket.setTimeout(limitMs, () => setImmediate(() => give('no answer')));
    socket.once('connect', () => say !== undefined && socket.write(say));
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString('latin1')));
    socket.once('end', () => give('closed at once'));
    socket.once('error', (error) => give(error.message));
  });
}
