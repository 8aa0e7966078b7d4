/** The commands that README and docs show, as somebody would type them. */
import { readdir, readFile } from 'node:fs/promises';

const root = new URL('../../../', import.meta.url);

/** Paths within the project. */
export const documents = [
  'README.md',
  ...(await readdir(new URL('docs', root)))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
export interface Line {
  readonly document: string;
  readonly words: readonly string[];
}

/** The lines of its `sh` blocks, in order. */
export async function linesOf(document: string): Promise<readonly Line[]> {
  const text = await readFile(new URL(document, root), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .flatMap((line) => line.split('&&'))
      .map((line) => ({ document, words: wordsOf(line.replace(/(?:^|\s)#.*$/, '')) }))
      .filter(({ words }) => words.length > 0),
  );
}

export function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/["']/g, '')).filter((word) => word !== '…');
}

/** What is behind the program's name; `undefined` where it is another program. */
export function ofOurs(words: readonly string[]): readonly string[] | undefined {
  const call = words.filter((word) => !/^[A-Z_]+=/.test(word));
  if (call[0] === 'kong-drill') return call.slice(1);
  if (call[0] === 'npx' && call[1] === 'kong-drill') return call.slice(2);
  if (call[0] === 'docker' && call[1] === 'run') return call.slice(call.lastIndexOf('kong-drill') + 1);
  return call[0] === 'node' && call[1] === 'dist/cli/main.js' ? call.slice(2) : undefined;
}
