/** Phase 9: every entity and every answer against the reference, and the ledger read back. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { messageOf } from '../model/drill-error.js';
import { putBackInstruments } from '../measure/instruments.js';
import { readBackChanges } from '../measure/ledger.js';
import { untilLive } from '../measure/live.js';
import { timeNewRoute } from '../measure/new-route.js';
import { askRemembered } from '../measure/prime.js';
import type { PrimeTarget } from '../measure/prime.js';
import { compareAnswers } from './answers.js';
import type { CaseContext } from './case-context.js';
import { evidenceFile } from './evidence-file.js';
import type { Disaster } from './disaster.js';
import { compareWith, readSnapshot } from './observation.js';
import { askDeck } from './second-opinion.js';
import { primeTarget } from './prime-target.js';

/** Each comparison stands for itself: where one cannot be made, the others still are, and the verdict says what is missing. */
export async function compare(context: CaseContext, disaster: Disaster): Promise<void> {
  const { record, signal } = context;
  const { deck } = disaster.backup;
  const target = () => primeTarget(context, disaster.instruments);
  const parts: readonly (readonly [string, () => Promise<void>])[] = [
    ['entities', () => compareEntities(context, disaster)],
    [
      'the ledger',
      async () => {
        for (const { way, ledger } of disaster.ledgers)
          await readBackChanges({ ...context, way, changes: ledger });
      },
    ],
    ['behaviour', () => compareAnswers(context, disaster.backup.answers)],
    ['what Kong remembers', () => askRemembered(target(), disaster.primed, disaster.state)],
    ...(deck ? [['what decK says', () => askDeck(deck, context, disaster.instruments)] as const] : []),
    // Last, for it writes a route; a lab that a person will look into keeps what its routers remember.
    ...(context.mayBeKept ? [] : [['the effect of a new route', () => newRoute(context, target())] as const]),
  ];
  for (const [what, part] of parts) {
    try {
      await part();
    } catch (error) {
      signal.throwIfAborted();
      record({ kind: 'note', level: 'warning', text: `${what} could not be compared: ${messageOf(error)}` });
    }
  }
}

/** It belongs to the service of the instruments: where they could not be put back before, they are now, for nothing is watched any more. */
async function newRoute({ planned, admin }: CaseContext, target: PrimeTarget): Promise<void> {
  if (planned.probed === 'state') {
    await putBackInstruments(admin, target.instruments);
    await untilLive(target);
  }
  await timeNewRoute(target);
}

/** What one stage of several brought back. */
export async function compareStage(stage: number, context: CaseContext, disaster: Disaster): Promise<void> {
  await compareEntities(context, disaster, stage).catch((error: unknown) => {
    const text = `after stage ${stage + 1} the entities could not be compared: ${messageOf(error)}`;
    context.record({ kind: 'note', level: 'warning', text });
  });
}

async function compareEntities(
  context: CaseContext,
  { backup, instruments }: Disaster,
  stage?: number,
): Promise<void> {
  const now = await readSnapshot(context);
  const { path, file } = evidenceFile(
    context,
    stage === undefined ? 'differences.ndjson' : `differences-${stage + 1}.ndjson`,
  );
  const all = createWriteStream(path);
  const reference = { snapshot: backup.reference, instruments };
  const kinds = compareWith(reference, now, context, (difference) =>
    all.write(`${JSON.stringify(difference)}\n`),
  );
  all.end();
  await once(all, 'finish');
  context.record({
    kind: 'comparison',
    level: context.plan.objectives.parity,
    kinds: [...kinds],
    file,
    ...(stage === undefined ? {} : { stage }),
  });
}
