/** A command line, run within the test's own process. */
import type { Environment } from '../../system/environment.js';
import { commandLine } from '../command-line.js';
import { openTerminal } from '../terminal.js';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @throws what the command throws. */
export async function inProcess(words: readonly string[], environment: Environment): Promise<Ended> {
  const texts = { out: '', err: '' };
  const terminal = (name: 'out' | 'err') =>
    openTerminal({ write: (text: string) => (texts[name] += text) }, { NO_COLOR: '1' });
  const { signal } = new AbortController();
  const code = await commandLine(words, { out: terminal('out'), err: terminal('err'), environment, signal });
  return { code, ...texts };
}
