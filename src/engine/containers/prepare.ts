/** Before anything starts: the images that a plan needs, exactly which they are, and what they can do. */
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { Software } from '../../model/journal.js';
import type { Plan, Topology } from '../../model/plan.js';
import { runCommand } from '../../system/command.js';
import { randomId } from '../../system/random.js';
import type { Readiness, ToolName } from '../engine.js';
import { enterpriseNotes, isEnterprise, refuseMissingToken } from '../enterprise.js';
import { topologyNotes } from '../topology-notes.js';
import { removeCase } from './clean.js';
import { deckOnPath } from './deck.js';
import type { DeckChoice } from './deck.js';
import { keyOf } from './engine-state.js';
import type { EngineState } from './engine-state.js';
import { hostOf } from './host.js';
import { chooseImage, newestOf, versionsIn } from './image-names.js';
import { isPresent } from './images.js';
import type { LabImage } from './images.js';
import { labelsOf } from './labels.js';
import { deckSoftware, kongSoftware, labSoftware, postgresSoftware, programsIn } from './versions.js';
import type { Asking } from './versions.js';
import { ownDiskMebibytes } from './volume.js';

type Refusal = Readiness['refusals'][number];

const cleanLimitMs = 30_000;
const deckVersionLimitMs = 10_000;

/** @throws DrillError `engine` where Docker, or the image of Kong, Postgres or the lab, cannot be had. */
export async function prepare(engine: EngineState, plan: Plan, signal: AbortSignal): Promise<Readiness> {
  refuseMissingToken(plan.topology.kong, engine.naming.environment);
  const docker = await engine.docker(signal);
  const { topology } = plan;
  const find = (role: 'kong' | 'postgres' | 'lab', version?: string): Promise<LabImage> =>
    engine.image(chooseImage(role, topology, engine.naming, version), signal);
  const toolsVersion = newestOf(versionsIn(plan, 'postgres'));
  const kong = await all(versionsIn(plan, 'kong').map((version) => find('kong', version)));
  const postgres = await all(versionsIn(plan, 'postgres').map((version) => find('postgres', version)));
  const lab = await find('lab');
  const deck = await findDeck(engine, plan, signal);
  engine.prepared.set(keyOf(topology), { toolsVersion, deck: deck.choice });

  const owner = { runId: `prepare-${randomId()}`, caseId: 'prepare' };
  const asking: Asking = {
    docker,
    labels: { ...docker.reaperLabel, ...(await labelsOf(owner.runId, owner.caseId)) },
    signal,
  };
  try {
    const [software, programs] = await Promise.all([
      all([
        ...kong.map((image) => kongSoftware(image, asking)),
        ...postgres.map((image) => postgresSoftware(image, asking)),
        labSoftware(lab, asking),
        ...(deck.choice ? [softwareOfDeck(deck.choice, asking)] : []),
      ]),
      programsIn(await find('postgres', toolsVersion), clientPrograms, asking),
    ]);
    const rehearsal = software.some(({ kind }) => kind === 'stand-in');
    return {
      pulled: engine.pulled.splice(0),
      software: [...software, { name: 'docker', version: docker.version, kind: 'binary' }],
      rehearsal,
      tools: new Set<ToolName>(['kong', ...programs, ...(deck.choice ? (['deck'] as const) : [])]),
      refusals: [...(deck.refusal ? [deck.refusal] : []), ...refusedEdition(topology, software)],
      host: await hostOf(docker, signal),
      notes: [
        ...(plan.failures.some(({ kind }) => kind === 'fill-disk') ? [noteOfDisk] : []),
        ...topologyNotes(topology, rehearsal),
        ...enterpriseNotes(topology.kong, engine.naming.environment),
      ],
    };
  } finally {
    await removeCase(docker, owner, AbortSignal.timeout(cleanLimitMs));
  }
}

const noteOfDisk = `the first Postgres has a disk of ${ownDiskMebibytes} MiB in memory, for that can be filled without harm to others; what replaces it has an ordinary volume`;
const clientPrograms = ['pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const;

/** All of it, and the first error only when all have ended, so that nothing is left running. */
async function all<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function refusedEdition({ kong }: Topology, software: readonly Software[]): Refusal[] {
  if (kong.edition !== 'enterprise') return [];
  const found = software.find(
    ({ name, kind, version }) => name === 'kong' && kind === 'image' && !isEnterprise(version),
  );
  if (!found) return [];
  return [
    {
      what: 'edition: enterprise',
      reason: `${found.image ?? 'the image'} is Kong ${found.version}, which is the open source one`,
      hint: 'name an image of kong/kong-gateway, or use edition: oss',
    },
  ];
}

/** An image that was named, else decK on PATH, else the official image: pulled only where the plan needs decK. */
async function findDeck(
  engine: EngineState,
  plan: Plan,
  signal: AbortSignal,
): Promise<{ choice?: DeckChoice | undefined; refusal?: Refusal }> {
  const choice = chooseImage('deck', plan.topology, engine.naming);
  if (choice.from !== 'official')
    return { choice: { kind: 'image', image: await engine.image(choice, signal) } };
  const program = deckOnPath();
  if (program) return { choice: program };
  const docker = await engine.docker(signal);
  if (!needsDeck(plan) && !(await isPresent(choice.image, docker, signal))) return {};
  try {
    return { choice: { kind: 'image', image: await engine.image(choice, signal) } };
  } catch (error) {
    signal.throwIfAborted();
    const hint = error instanceof DrillError ? error.hint : `docker pull ${choice.image}`;
    return { refusal: { what: 'deck-sync', reason: messageOf(error), hint } };
  }
}

function needsDeck({ state, artifacts, failures, cases }: Plan): boolean {
  return (
    'deck' in state ||
    [...artifacts.values()].some(({ kind }) => kind === 'deck') ||
    failures.some(({ kind }) => kind === 'wrong-sync' || kind === 'reset') ||
    cases.some(({ stages }) => stages.some(({ stage }) => stage.stage === 'deck-sync'))
  );
}

async function softwareOfDeck(choice: DeckChoice, asking: Asking): Promise<Software> {
  if (choice.kind === 'image') return deckSoftware(choice.image, asking);
  const command = [choice.program, 'version'];
  const answer = await runCommand(command, { limitMs: deckVersionLimitMs, signal: asking.signal });
  const version = /\d+(?:\.\d+)+/.exec(answer.stdout)?.[0] ?? 'unknown';
  return { name: 'deck', version, kind: 'binary' };
}
