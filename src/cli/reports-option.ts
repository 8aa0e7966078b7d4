/** Where the reports are that a command looks through. */
import { stat } from 'node:fs/promises';
import { DrillError } from '../model/drill-error.js';
import type { Given, Option } from './command.js';

export const reportsOption: Option = {
  kind: 'text',
  description: 'folder with the reports and the index of runs',
  value: 'FOLDER',
  default: 'reports',
};

/** @throws DrillError `usage` where no such folder is there. */
export async function expectReports(option: string, folder: string): Promise<void> {
  if (await expectReportsOrNothing(option, folder)) return;
  throw noReports(option, folder, 'nothing of that name');
}

/** @returns whether such a folder is there. @throws DrillError `usage` where something else is. */
export async function expectReportsOrNothing(option: string, folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return found !== undefined;
  throw noReports(option, folder, 'a file');
}

function noReports(option: string, folder: string, got: string): DrillError {
  return new DrillError(
    'usage',
    `--${option}: expected a folder with reports, got ${JSON.stringify(folder)}: ${got}`,
    `run a drill first, or give the folder that its reports went to: --${option} FOLDER`,
  );
}

export const reportsOf = (given: Given): string => given.text('reports') ?? 'reports';
