/** Phase 3: take or fetch each artifact and check it; then the reference that recovery is compared with. */
import type { ReadyArtifact } from '../artifact/artifact.js';
import { readyArtifact } from '../artifact/ready-artifact.js';
import type { JsonObject, Snapshot } from '../model/entity.js';
import { isInstrumentBody } from '../measure/instruments.js';
import type { Instruments } from '../measure/instruments.js';
import { countByKind } from '../parity/snapshot.js';
import { writeSnapshot } from '../parity/snapshot-file.js';
import { referenceAnswers } from './answers.js';
import type { ReferenceAnswers } from './answers.js';
import type { CaseContext } from './case-context.js';
import { evidenceFile } from './evidence-file.js';
import { refuseForeignArtifact } from './foreign-addresses.js';
import { folderOfMadeRuns } from './ledgers.js';
import { readSnapshot } from './observation.js';
import { referenceForDeck } from './second-opinion.js';
import type { DeckReference } from './second-opinion.js';

export interface Backup {
  readonly artifacts: ReadonlyMap<string, ReadyArtifact>;
  readonly reference: Snapshot;
  readonly answers: ReferenceAnswers;
  /** For a second opinion; there is none without decK. */
  readonly deck: DeckReference | undefined;
}

/** Artifacts first: what is changed after them is what a recovery loses. */
export async function backUp(context: CaseContext, instruments: Instruments): Promise<Backup> {
  const artifacts = await readyArtifacts(context, instruments);
  const reference = await readSnapshot(context);
  const { path, file } = evidenceFile(context, 'reference.ndjson');
  await writeSnapshot(path, reference);
  context.record({ kind: 'reference', entities: countByKind(reference), file });
  const answers = await referenceAnswers(context, instruments);
  return { artifacts, reference, answers, deck: await referenceForDeck(context) };
}

/** The artifacts that this path recovers from. */
async function readyArtifacts(
  context: CaseContext,
  instruments: Instruments,
): Promise<ReadonlyMap<string, ReadyArtifact>> {
  const { plan, planned } = context;
  const names = planned.stages.flatMap(({ stage }) => ('from' in stage ? [stage.from] : []));
  const ready = new Map<string, ReadyArtifact>();
  for (const [name, artifact] of plan.artifacts) {
    if (!names.includes(name)) continue;
    const artifactContext = {
      ...context,
      isOurs: (entity: JsonObject) => isInstrumentBody(entity, instruments),
      tools: context.readiness.tools,
      limitMs: plan.limits.stepMs,
      folder: plan.folder,
    };
    const one = await readyArtifact(name, artifact, artifactContext);
    if (one.origin === 'given' && one.faults.length === 0 && !context.engine.blocksAddresses)
      await refuseForeignArtifact(one, artifactContext);
    const madeRuns = folderOfMadeRuns(name, context);
    ready.set(name, madeRuns === undefined ? one : { ...one, madeRuns });
    recordArtifact(one, context);
  }
  return ready;
}

function recordArtifact(ready: ReadyArtifact, { record }: CaseContext): void {
  const {
    name,
    kind,
    method,
    origin,
    takenFromMs,
    takenToMs,
    createdUtc,
    everyMs,
    source,
    fetchedInMs,
    sizeBytes,
    sha256,
    faults,
    entities,
  } = ready;
  record({
    kind: 'artifact',
    artifact: kind,
    name,
    method,
    origin,
    sizeBytes,
    sha256,
    faults: [...faults],
    ...defined({ takenFromMs, takenToMs, createdUtc, everyMs, source, fetchedInMs, entities }),
  });
}

/** Without the keys that have no value. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
