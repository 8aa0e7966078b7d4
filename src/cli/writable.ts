/** Whether a command will be able to write where it was told to: asked before the work, which would be lost. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { codeOf } from '../system/files.js';

/**
 * A folder that can be written, or made; nothing is made yet.
 * @throws DrillError `usage` otherwise.
 */
export async function expectWritableFolder(option: string, folder: string): Promise<void> {
  await expectFolder(folder, byOption(option, 'folder'));
}

/** As `expectWritableFolder`, of a folder that is named without an option. @param command that takes it. */
export async function expectWritablePlace(command: string, folder: string): Promise<void> {
  const hint = `name another folder, kong-drill ${command} FOLDER, or make this one writable`;
  await expectFolder(folder, { subject: '', noun: 'folder', hint });
}

/** A file, there or not, in a folder that is there. @throws DrillError `usage` where it cannot be written. */
export async function expectWritableFile(option: string, file: string): Promise<void> {
  try {
    await expectAccess(dirname(resolve(file)));
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory() === true) throw new Error('it is a folder');
  } catch (error) {
    throw notWritable(file, byOption(option, 'file'), error);
  }
}

async function expectFolder(folder: string, words: Words): Promise<void> {
  try {
    await expectAccess(await nearestThere(resolve(folder)));
  } catch (error) {
    throw notWritable(folder, words, error);
  }
}

/** @throws the system's error, or that it is no folder. */
async function expectAccess(folder: string): Promise<void> {
  if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is a file`);
  await access(folder, constants.W_OK | constants.X_OK);
}

async function nearestThere(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return await nearestThere(dirname(path));
  }
}

interface Words {
  /** What the message begins with; may be empty. */
  readonly subject: string;
  readonly noun: 'file' | 'folder';
  readonly hint: string;
}

function byOption(option: string, noun: Words['noun']): Words {
  const hint = `name another ${noun} with --${option}, or make its folder writable`;
  return { subject: `--${option}: `, noun, hint };
}

function notWritable(path: string, { subject, noun, hint }: Words, error: unknown): DrillError {
  const given = JSON.stringify(path);
  return new DrillError(
    'usage',
    `${subject}expected a ${noun} that can be written, got ${given}: ${messageOf(error)}`,
    hint,
    { cause: error },
  );
}
