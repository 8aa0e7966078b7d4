/** A command line, run within the test's own process. */
import type { Environment } from '../../system/environment.js';
import { asCalled } from '../called-as.js';
import { commandLine } from '../command-line.js';
import { openTerminal } from '../terminal.js';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** With answers, somebody sits there and gives them in order, or goes away. @throws what the command throws. */
export async function inProcess(
  words: readonly string[],
  environment: Environment,
  answers: readonly (string | Error)[] = [],
): Promise<Ended> {
  const texts = { out: '', err: '' };
  const terminal = (name: 'out' | 'err') =>
    openTerminal(
      { write: (text: string) => (texts[name] += text) },
      { NO_COLOR: '1' },
      asCalled(environment),
    );
  const { signal } = new AbortController();
  const left = [...answers];
  const ask = () => {
    const next = left.shift() ?? '';
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const code = await commandLine(words, {
    out: terminal('out'),
    err: terminal('err'),
    environment,
    signal,
    ...(answers.length === 0 ? {} : { ask }),
  });
  return { code, ...texts };
}
