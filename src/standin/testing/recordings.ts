import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Json } from '../json.js';

/** Exchanges with a real Kong, kept beside the project. */
export const recordingsFolder = join('..', 'shared', 'recordings');

export interface Exchange {
  readonly name: string;
  readonly request: { method: string; path: string; headers: Record<string, string>; body: Json };
  readonly response: { status: number; body: Json };
}

export const hasRecordings = (): boolean => existsSync(recordingsFolder);

export const recordedFolders = (): string[] =>
  readdirSync(recordingsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The exchanges of these folders in the order in which they were recorded: the numbers run across folders. */
export function exchangesOf(folders: readonly string[]): Exchange[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(recordingsFolder, folder))
        .filter((file) => file.endsWith('.json'))
        .map((file) => join(folder, file)),
    )
    .sort((a, b) => parseInt(basename(a), 10) - parseInt(basename(b), 10))
    .map((path) => {
      const { request, response } = JSON.parse(readFileSync(join(recordingsFolder, path), 'utf8')) as Omit<
        Exchange,
        'name'
      >;
      return { name: path.replace(/\.json$/, ''), request, response };
    });
}
