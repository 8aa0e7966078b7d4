/** Asks whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises';

/** Ctrl-C at a question is what it is elsewhere: it ends the program in order. */
export function questioner(signal: AbortSignal): (question: string) => Promise<string> {
  return async (question) => {
    const dialogue = createInterface({ input: process.stdin, output: process.stderr });
    dialogue.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    try {
      return await dialogue.question(question, { signal });
    } finally {
      dialogue.close();
    }
  };
}
