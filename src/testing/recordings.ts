/** Exchanges with a real Kong and sessions of a real decK, kept beside the project as data. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../system/environment.js';

export const recordingsFolder = join('..', 'shared', 'recordings');

/** Why nothing can be held against them; `false` where it can. Under CI it must be. */
export const withoutRecordings: string | false =
  existsSync(recordingsFolder) || environment().CI ? false : 'no recordings beside the project';
