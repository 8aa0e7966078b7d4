/** A key that an option names by its file. */
import { readFile } from 'node:fs/promises';
import { DrillError, messageOf } from '../model/drill-error.js';

/** @throws DrillError `usage` where the file cannot be read. */
export async function readKeyFile(option: string, file: string, hint: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new DrillError(
      'usage',
      `--${option}: expected a file with a key, got ${JSON.stringify(file)}: ${messageOf(error)}`,
      hint,
      { cause: error },
    );
  }
}
