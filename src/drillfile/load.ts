/** A drill file on disk → a drill, or all that is wrong with it. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { messageOf } from '../model/drill-error.js';
import type { Drill } from '../model/drill.js';
import { formatBytes } from '../model/units.js';
import type { PathFound } from './checks/check.js';
import { parseDrillFile } from './parse.js';
import { otherKindOf } from './other-kind.js';
import type { LocatedProblem } from './problem.js';
import { nearest } from './words.js';

export type LoadedDrill =
  | {
      readonly ok: true;
      readonly file: string;
      /** The folder that paths of the drill are relative to; absolute. */
      readonly folder: string;
      readonly text: string;
      readonly drill: Drill;
    }
  | {
      readonly ok: false;
      readonly file: string;
      readonly problems: readonly LocatedProblem[];
      /** What else it plainly is: `a decK file`. */
      readonly otherKind?: string;
    };

export const sizeLimitBytes = 256 * 1024;

/**
 * Never throws: a file that cannot be read is a problem of that file.
 * Reads synchronously: nothing else goes on yet, and of a thousand small files it takes half the time.
 */
export function loadDrill(file: string): LoadedDrill {
  const text = readText(file);
  if (typeof text !== 'string') return { ok: false, file, problems: [{ file, where: '', ...text }] };
  const folder = dirname(resolve(file));
  const parsed = parseDrillFile(file, text, { look: (path) => lookBeside(folder, path) });
  if (parsed.ok) return { ok: true, file, folder, text, drill: parsed.drill };
  const otherKind = otherKindOf(text);
  return { ...parsed, file, ...(otherKind === undefined ? {} : { otherKind }) };
}

interface Unreadable {
  readonly message: string;
  readonly suggestion?: string;
  readonly hint?: string;
}

function readText(file: string): string | Unreadable {
  try {
    const found = statSync(file);
    if (found.isDirectory()) {
      return { message: 'expected a drill file, got a folder', hint: 'name a .yaml file in it' };
    }
    if (!found.isFile())
      return { message: 'expected a drill file, got a device or a pipe', hint: 'name a .yaml file' };
    if (found.size > sizeLimitBytes) {
      return {
        message: `expected at most ${formatBytes(sizeLimitBytes)}, got ${formatBytes(found.size)}`,
        hint: 'keep state and artifacts in files beside the drill and name those',
      };
    }
    return decode(readFileSync(file));
  } catch (error) {
    return unreadable(file, error);
  }
}

function decode(bytes: Uint8Array): string | Unreadable {
  const hint = 'save it as UTF-8 text';
  // YAML has no NUL: whatever holds one is a binary file, or text in UTF-16.
  if (bytes.includes(0)) return { message: 'expected text, got a binary file', hint };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { message: 'expected UTF-8 text, got other bytes', hint };
  }
}

function unreadable(file: string, error: unknown): Unreadable {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const message = isDrillName(file) ? 'there is no such file' : 'there is no such file or folder';
    const neighbours = namesIn(dirname(file));
    const guess = nearest(basename(file), neighbours);
    if (guess !== undefined) return { message, suggestion: file.slice(0, -basename(file).length) + guess };
    const hasDrills = isDrillName(file) && neighbours.some(isDrillName);
    return { message, hint: hasDrills ? `kong-drill list ${dirname(file)}` : 'kong-drill init' };
  }
  if (code === 'EACCES') return { message: 'may not be read by this user', hint: `chmod a+r ${file}` };
  return { message: `cannot be read: ${messageOf(error)}`, hint: 'see whether another program can read it' };
}

function lookBeside(folder: string, path: string): PathFound {
  const full = resolve(folder, path);
  if (existsSync(full)) return { exists: true, neighbours: [] };
  return { exists: false, neighbours: namesIn(dirname(full)) };
}

export function isDrillName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** Empty where the folder cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
