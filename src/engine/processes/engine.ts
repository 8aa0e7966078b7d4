/** The engine without containers: a real Postgres as a local process, and Kong or its stand-in beside it. */
import type { Plan } from '../../model/plan.js';
import { systemClock } from '../../system/clock.js';
import { environment } from '../../system/environment.js';
import type { Environment } from '../../system/environment.js';
import type { Engine } from '../engine.js';
import { enterpriseNotes, refuseMissingToken } from '../enterprise.js';
import { cleanFolders } from '../clean-folders.js';
import { temporaryFolders } from '../owned-folder.js';
import { openLab } from './lab.js';
import { canListen, reservePorts } from './ports.js';
import { readinessOf } from './readiness.js';
import { findSoftware } from './software.js';
import type { FoundSoftware } from './software.js';

export interface ProcessesOptions {
  /** What the programs are looked for with, and what they get; the runner's own by default. */
  readonly environment?: Environment;
  /** Postgres without crash safety; only for tests of the runner, because no time measured with it is a real one. */
  readonly fast?: boolean;
}

export function processesEngine(options: ProcessesOptions = {}): Engine {
  const { environment: given = environment(), fast = false } = options;
  const known = new Map<string, Promise<FoundSoftware>>();
  const find = (version: string) => {
    const found = known.get(version) ?? findSoftware(version, given);
    known.set(version, found);
    return found;
  };
  return {
    name: 'processes',
    blocksAddresses: false,
    isolation:
      'names: the resolver of the lab is the only one that Kong asks, and leads them all to the echo; addresses in IP form: refused before Kong starts',
    async prepare(plan: Plan, signal: AbortSignal) {
      refuseMissingToken(plan.topology.kong, given);
      const [found, canMove] = await Promise.all([find(plan.topology.postgres.version), hasSecondAddress()]);
      signal.throwIfAborted();
      const readiness = readinessOf(plan, found, canMove);
      return {
        ...readiness,
        notes: [...(readiness.notes ?? []), ...enterpriseNotes(plan.topology.kong, given)],
      };
    },
    async open(spec) {
      const found = await find(spec.topology.postgres.version);
      return openLab(spec, { found, environment: given, fast });
    },
    clean: (signal) => cleanFolders(temporaryFolders(given), { clock: systemClock(), signal }),
  };
}

/** On Linux all of 127.0.0.0/8 is this machine; on macOS only 127.0.0.1 is, unless somebody has set up more. */
async function hasSecondAddress(): Promise<boolean> {
  const block = await reservePorts(1);
  try {
    return await canListen(block.ports[0] ?? 0, '127.0.0.2');
  } finally {
    await block.release();
  }
}
