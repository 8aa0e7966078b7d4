/** Where the reports are that a command looks through. */
import type { Given, Option } from './command.js';

export const reportsOption: Option = {
  kind: 'text',
  description: 'folder with the reports and the index of runs',
  value: 'FOLDER',
  default: 'reports',
};

export const reportsOf = (given: Given): string => given.text('reports') ?? 'reports';
