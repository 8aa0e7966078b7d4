/** Asks whoever sits at the terminal. */
import { createInterface } from 'node:readline/promises';

/** Whoever was asked went away: Ctrl-C, Ctrl-D, or the end of the input. */
export class QuestionLeft extends Error {
  override readonly name = 'QuestionLeft';
}

interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** @returns what asks; it throws QuestionLeft where no answer comes. */
export function questioner(
  signal: AbortSignal,
  streams: Dialogue = { input: process.stdin, output: process.stderr },
): (question: string) => Promise<string> {
  return async (question) => {
    const dialogue = createInterface(streams);
    const left = new Promise<never>((_, reject) => dialogue.once('close', () => reject(new QuestionLeft())));
    try {
      return await Promise.race([left, dialogue.question(question, { signal })]);
    } catch (error) {
      // The input ends within the line that was asked.
      streams.output.write('\n');
      throw signal.aborted ? error : new QuestionLeft();
    } finally {
      dialogue.close();
    }
  };
}
