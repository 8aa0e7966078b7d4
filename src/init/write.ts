/** Writes new files, and never over one that is there. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { codeOf } from '../system/files.js';

export interface NewFile {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly content: string;
}

/** @returns whether it was written: false where something of that name is there, which is left as it is. @throws DrillError `usage` where it cannot be. */
export async function writeNew(folder: string, { path, content }: NewFile): Promise<boolean> {
  const file = join(folder, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new DrillError(
      'usage',
      `${file}: cannot be written: ${messageOf(error)}`,
      'name a folder that you may write: kong-drill init FOLDER',
      { cause: error },
    );
  }
}
