/** The drills of the soak: three sound ones, and what goes wrong in a third of them. */
import type { EngineName } from '../../engine/engine.js';
import type { JournalEvent, Phase } from '../../model/journal.js';

/** What a soak drill is written with, beside its name. */
export type SoakDrill = Readonly<Record<string, unknown>>;

export interface SoakFault {
  readonly name: string;
  /** Parts of the sound drill that are other ones. */
  readonly drill?: (never: readonly string[]) => SoakDrill;
  /** Sent to the runner, once the phase has begun. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly in: Phase };
  /** Killed behind the runner's back, once the phase has begun. */
  readonly victim?: Victim & { readonly in: Phase };
  /** decK hangs for ever from this command on; needs a decK on this machine, and is no fault where it runs in a container. */
  readonly deckHangsAt?: string;
  /** One of these has to come out; `null` where the runner itself is killed. */
  readonly exitCodes: readonly (number | null)[];
  /** What the record has to say of it. */
  readonly said: RegExp;
}

/** Who is killed: a process of the lab whose command line looks so, or the container in that role. */
export interface Victim {
  readonly process: RegExp;
  readonly role: string;
}

const key = '1b4e28ba-2fa1-4d2e-883f-0016d3cca427';
const put = (path: string, body: object) => ({ request: { method: 'PUT', path, body } });

/** A small configuration: the soak is about the runner, and 300 drills have to fit into an hour. */
export const soakState = {
  run: 'soak-1',
  at: '2026-01-01T00:00:00Z',
  steps: [
    put('/services/orders', { host: 'orders.internal' }),
    put('/services/orders/routes/orders', { paths: ['/orders'] }),
    put(`/routes/orders/plugins/${key}`, { name: 'key-auth' }),
    put('/consumers/shop', { username: 'shop' }),
    put(`/consumers/shop/key-auth/${key}`, { key: 'a-key-of-the-soak' }),
  ],
};

const terms = {
  state: { pipeline: 'runs' },
  changes: { via: 'admin-api', perSecond: 2, for: '1s' },
  // Generous: the machine is crowded on purpose. A tenth of it is also how long a recovered Kong is watched.
  objectives: { rto: { traffic: '100s', config: '100s', parity: '100s' }, parity: { level: 'equivalent' } },
};
const backup = { nightly: { kind: 'database', every: '24h' } };
const restore = { stage: 'database-restore', from: 'nightly' };

export const soundDrills: readonly SoakDrill[] = [
  {
    ...terms,
    failure: [{ kind: 'kill', target: 'kong' }],
    recovery: { 'start-again': [{ stage: 'reattach' }] },
  },
  {
    ...terms,
    artifacts: backup,
    failure: [{ kind: 'lose', target: 'postgres' }],
    recovery: { restore: [restore] },
  },
  {
    ...terms,
    artifacts: { repos: { kind: 'pipeline', path: 'runs' } },
    failure: [{ kind: 'truncate' }],
    recovery: { replay: [{ stage: 'ci-replay', from: 'repos' }] },
  },
];

const failing = [process.execPath, '-e', 'process.exit(3)'];
/** 50 MB on both streams, without a line break. */
const flooding = [
  process.execPath,
  '-e',
  'const mega = "x".repeat(1e6); for (let i = 0; i < 25; i += 1) for (const to of [process.stdout, process.stderr]) to.write(mega)',
];
const losesPostgres = { failure: [{ kind: 'lose', target: 'postgres' }] };
const fetched = (command: readonly string[]) => ({
  ...losesPostgres,
  artifacts: { nightly: { kind: 'database', every: '24h', command } },
  recovery: { restore: [restore] },
});
const script = (command: readonly string[]) => ({
  failure: [{ kind: 'kill', target: 'kong' }],
  recovery: { script: [{ stage: 'reattach' }, { stage: 'infrastructure', command }] },
});
const shortSteps = { limits: { step: '20s' } };

const soakFaults: readonly SoakFault[] = [
  {
    name: 'Ctrl-C in the steady state',
    signal: { name: 'SIGINT', in: 'steady-state' },
    exitCodes: [130],
    said: /"outcome":"interrupted"/,
  },
  {
    name: 'Ctrl-C in the recovery',
    signal: { name: 'SIGINT', in: 'recover' },
    exitCodes: [130],
    said: /"outcome":"interrupted"/,
  },
  {
    name: 'the job is cancelled while it is provisioned',
    signal: { name: 'SIGTERM', in: 'provision' },
    exitCodes: [143],
    said: /"outcome":"interrupted"/,
  },
  {
    name: 'kill -9 of the runner',
    signal: { name: 'SIGKILL', in: 'change' },
    exitCodes: [null],
    said: /"phase":"change"/,
  },
  {
    name: 'Kong is killed by somebody else',
    victim: { process: /main\.js start/, role: 'kong-1', in: 'steady-state' },
    // Seen by the probes, or by whoever was just asking it.
    exitCodes: [2, 3],
    said: /"verdict":"inconclusive"/,
  },
  {
    name: 'Postgres is killed by somebody else',
    victim: { process: /postgres.* -D /, role: 'postgres', in: 'steady-state' },
    exitCodes: [2, 3],
    said: /"verdict":"inconclusive"/,
  },
  {
    name: 'the command of an artifact fails',
    drill: () => fetched(failing),
    exitCodes: [1],
    said: /exit code 3/,
  },
  {
    name: 'the command of an artifact never ends',
    drill: (never) => ({ ...fetched(never), ...shortSteps }),
    exitCodes: [1],
    said: /did not end within 20 s/,
  },
  {
    name: 'a script of the recovery fails',
    drill: () => script(failing),
    exitCodes: [1],
    said: /exit code 3/,
  },
  {
    name: 'a script of the recovery never ends',
    drill: (never) => ({ ...script(never), ...shortSteps }),
    exitCodes: [1],
    said: /did not end within its limit of 20 s/,
  },
  {
    name: 'a script of the recovery prints 50 MB',
    drill: () => script(flooding),
    exitCodes: [0],
    said: /"verdict":"met"/,
  },
  {
    name: 'decK hangs while it syncs',
    drill: () => ({
      ...shortSteps,
      failure: [{ kind: 'truncate' }],
      artifacts: { nightly: { kind: 'deck', withIds: true, every: '24h' } },
      recovery: { sync: [{ stage: 'deck-sync', from: 'nightly' }] },
    }),
    deckHangsAt: 'sync',
    exitCodes: [1],
    said: /did not end within its limit of 20 s/,
  },
];

export function faultsOn(engine: EngineName): readonly SoakFault[] {
  return soakFaults.filter((fault) => engine === 'processes' || fault.deckHangsAt === undefined);
}

/** The drill of a round: sound, or with a fault in it. */
export function soakDrill(round: number, fault: SoakFault | undefined, never: readonly string[]): SoakDrill {
  const drill = fault?.drill ? { ...terms, ...fault.drill(never) } : soundDrills[round % soundDrills.length];
  return { name: `soak-${round}`, ...drill };
}

export function isPhase(event: JournalEvent, phase: Phase): boolean {
  return event.kind === 'phase-started' && event.phase === phase;
}
