/** The notes that people have added to a run, as they lie in its folder. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { decisionWords, signOffVersion } from '../model/sign-off.js';
import type { SignOff } from '../model/sign-off.js';
import { textIn } from '../system/files.js';
import { signOffFolder } from './manifest.js';

/** The names of a run's notes, oldest first. */
export async function signOffNames(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, signOffFolder)).catch((): string[] => []);
  return names.filter((name) => name.endsWith('.json')).sort();
}

/** @returns `undefined` where the file is gone, or is no note. */
export async function readSignOff(folder: string, name: string): Promise<SignOff | undefined> {
  const text = await textIn(join(folder, signOffFolder, name));
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as SignOff | null;
    return value && isSignOff(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSignOff(value: Readonly<Record<keyof SignOff, unknown>>): boolean {
  const texts = ['runId', 'drill', 'manifestSha256', 'by', 'utc', 'note', 'publicKey'] as const;
  return (
    value.schemaVersion === signOffVersion &&
    texts.every((key) => typeof value[key] === 'string') &&
    decisionWords.some((word) => word === value.decision)
  );
}
