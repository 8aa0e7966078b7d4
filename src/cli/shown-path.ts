/** A path as a person at this place would type it. */
import { isAbsolute, relative } from 'node:path';

export function shownPath(path: string): string {
  const shorter = relative(process.cwd(), path);
  return shorter === '' || shorter.startsWith('..') || isAbsolute(shorter) ? path : shorter;
}
