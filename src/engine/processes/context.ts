/** What the parts of a lab share. */
import type { Environment } from '../../system/environment.js';
import type { LabSpec } from '../engine.js';
import type { RunFolder } from './run-folder.js';
import type { FoundSoftware } from './software.js';

export interface LabOptions {
  readonly found: FoundSoftware;
  readonly environment: Environment;
  /** Postgres without crash safety; only for tests of the runner. */
  readonly fast: boolean;
}

export interface Context {
  readonly spec: LabSpec;
  readonly options: LabOptions;
  readonly folder: RunFolder;
  /** Of servers and tools: nothing in it leads out of the lab. */
  readonly environment: Environment;
  /** The home folder of servers and tools. */
  readonly home: string;
}
