/** The ledgers of a case: one for each way by which changes are made. */
import { join } from 'node:path';
import { runWriter } from '../artifact/made-runs.js';
import type { Instruments } from '../measure/instruments.js';
import { makeBaseEntities } from '../measure/ledger.js';
import type { Ledger } from '../measure/ledger.js';
import { byHand, byPipeline } from '../measure/ledger-way.js';
import type { LedgerWay } from '../measure/ledger-way.js';
import type { CaseContext } from './case-context.js';

export interface LedgerOfWay {
  readonly way: LedgerWay;
  readonly ledger: Ledger;
}

/** Makes what the backup is to hold of each; without changes, by hand. */
export async function makeLedgers(
  context: CaseContext,
  instruments: Instruments,
): Promise<readonly LedgerOfWay[]> {
  const ledgers: LedgerOfWay[] = [];
  for (const via of context.plan.changes?.ways ?? (['admin-api'] as const)) {
    const way = via === 'pipeline' ? await pipelineOf(context, instruments) : byHand(instruments);
    ledgers.push({ way, ledger: await makeBaseEntities({ ...context, way }) });
  }
  return ledgers;
}

/** Where the runs are kept that the drill makes of the pipeline with this name; `undefined` where it makes none. */
export function folderOfMadeRuns(name: string, { plan, workFolder }: CaseContext): string | undefined {
  return plan.changes?.pipeline === name ? join(workFolder, madeRuns) : undefined;
}

const madeRuns = 'made-runs';

async function pipelineOf(context: CaseContext, instruments: Instruments): Promise<LedgerWay> {
  const write = await runWriter(join(context.workFolder, madeRuns), context.clock);
  return byPipeline(instruments, (request) => write({ request }));
}
