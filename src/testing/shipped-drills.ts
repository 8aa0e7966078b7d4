/** The drills that come with the project, with the verdict that each path has to get, on either engine. */
import type { EngineName } from '../engine/engine.js';
import type { Verdict } from '../model/verdict.js';
import type { AttackName } from '../sabotage/attacks.js';

/** An attack on one recovery path, and the case that has to turn from met to not met. */
export interface Twin {
  readonly recovery: string;
  readonly attack: AttackName;
  /** Id of the objective. */
  readonly turns: string;
}

export interface ShippedDrill {
  readonly name: string;
  readonly twin: Twin;
  readonly paths: Readonly<Record<string, Verdict>>;
  /** Objectives that are not met, by path. */
  readonly notMet?: Readonly<Record<string, readonly string[]>>;
  readonly exitCode?: number;
  /** A path that is missed with a decK before 1.48, which neither dumps nor syncs the shop's set of signing keys. */
  readonly needsKeySets?: string;
  /** Needs decK. */
  readonly deck?: true;
  /** An engine that cannot inject its failure, with the reason that it has to give. */
  readonly refused?: { readonly on: EngineName; readonly reason: RegExp };
}

const remembered = ['behaviour:remembered-absent', 'behaviour:remembered-present'];

const twin =
  (attack: AttackName, turns: string) =>
  (recovery: string): Twin => ({ recovery, attack, turns });
const leftOut = twin('route-left-out', 'parity:routes');
const changed = twin('plugin-changed', 'parity:plugins');
const altered = twin('credential-altered', 'parity:key-auth');
const dropped = twin('entity-dropped', 'parity:consumers');
const idle = twin('failure-does-nothing', 'failure-confirmed');

export const shippedDrills: readonly ShippedDrill[] = [
  {
    name: 'backup-with-restricted-token',
    twin: dropped('complete'),
    paths: { complete: 'met', restricted: 'missed' },
    notMet: {
      restricted: [
        'steady-state',
        'artifact:restricted-dump',
        'failure-confirmed',
        'recovery-steps',
        'rto-traffic',
        'rto-config',
        'rto-parity',
        'parity',
        'behaviour',
      ],
    },
    deck: true,
  },
  {
    name: 'changes-through-the-pipeline',
    twin: altered('restore-db'),
    paths: { 'restore-db': 'met', 'replay-ci': 'missed', layered: 'met' },
    notMet: { 'replay-ci': ['rpo:admin-api'] },
  },
  { name: 'data-files-damaged', twin: changed('restore-db'), paths: { 'restore-db': 'met' } },
  { name: 'database-dropped', twin: dropped('restore-db'), paths: { 'restore-db': 'met' } },
  {
    name: 'deck-logins',
    twin: altered('sync-deck'),
    paths: { 'sync-deck': 'met' },
    needsKeySets: 'sync-deck',
    deck: true,
  },
  {
    name: 'disk-full',
    twin: idle('make-room'),
    paths: { 'make-room': 'met' },
    refused: { on: 'processes', reason: /fill-disk: .*disk/ },
  },
  { name: 'everything-lost', twin: leftOut('replay-ci'), paths: { 'restore-db': 'met', 'replay-ci': 'met' } },
  { name: 'kong-frozen', twin: idle('kill-and-start'), paths: { 'kill-and-start': 'met' } },
  { name: 'kong-killed', twin: idle('start-again'), paths: { 'start-again': 'met' } },
  { name: 'kong-lost', twin: leftOut('reattach'), paths: { reattach: 'met' } },
  { name: 'kong-restarted-without-postgres', twin: altered('in-order'), paths: { 'in-order': 'met' } },
  {
    name: 'kong-upgraded',
    twin: changed('restore-and-migrate'),
    paths: { 'restore-and-migrate': 'met' },
  },
  { name: 'layered', twin: changed('backup-then-pipelines'), paths: { 'backup-then-pipelines': 'met' } },
  {
    name: 'network-cut',
    twin: idle('mend'),
    paths: { mend: 'met' },
    refused: { on: 'processes', reason: /cut-off: .*network/ },
  },
  { name: 'one-of-two-nodes-lost', twin: changed('new-node'), paths: { 'new-node': 'met' } },
  { name: 'physical-backup', twin: leftOut('start-on-backup'), paths: { 'start-on-backup': 'met' } },
  {
    name: 'point-in-time',
    twin: leftOut('to-restore-point'),
    paths: { 'to-restore-point': 'met', 'to-time': 'met' },
    deck: true,
  },
  { name: 'postgres-crashed', twin: leftOut('start-again'), paths: { 'start-again': 'met' } },
  { name: 'postgres-frozen', twin: idle('kill-and-start'), paths: { 'kill-and-start': 'met' } },
  { name: 'postgres-lost', twin: altered('replay-ci'), paths: { 'restore-db': 'met', 'replay-ci': 'met' } },
  {
    name: 'postgres-moved',
    twin: leftOut('restart'),
    paths: { reload: 'missed', restart: 'met' },
    notMet: { reload: remembered },
  },
  { name: 'quickstart', twin: leftOut('restore-db'), paths: { 'restore-db': 'met' } },
  { name: 'restore-and-clear-cache', twin: altered('clear-cache'), paths: { 'clear-cache': 'met' } },
  {
    name: 'restore-under-running-kong',
    twin: leftOut('keep'),
    paths: { keep: 'missed', reload: 'missed' },
    notMet: { keep: remembered, reload: remembered },
    exitCode: 1,
  },
  { name: 'routes-deleted', twin: dropped('sync-deck'), paths: { 'sync-deck': 'met' }, deck: true },
  {
    name: 'several-workspaces',
    twin: twin('entity-dropped', 'parity:services')('sync-deck'),
    paths: { 'restore-db': 'met', 'sync-deck': 'met' },
    deck: true,
  },
  {
    name: 'sync-interrupted',
    twin: dropped('sync-twice'),
    paths: { 'sync-twice': 'met' },
    deck: true,
  },
  { name: 'tables-truncated', twin: changed('restore-over'), paths: { 'restore-over': 'met' } },
  {
    name: 'thousand-entities',
    twin: altered('restore-db'),
    paths: { 'restore-db': 'met', 'sync-deck': 'met' },
    deck: true,
  },
  { name: 'three-teams', twin: leftOut('replay-ci'), paths: { 'replay-ci': 'met' } },
  {
    name: 'three-ways-back',
    twin: dropped('sync-deck'),
    paths: { 'restore-db': 'met', 'sync-deck': 'met', 'replay-ci': 'met', 'deck-over-db': 'met' },
    needsKeySets: 'sync-deck',
    deck: true,
  },
  {
    name: 'workspace-wiped',
    twin: leftOut('restore-over'),
    paths: { 'sync-deck': 'met', 'restore-over': 'met' },
    deck: true,
  },
  { name: 'wrong-file-synced', twin: changed('sync-deck'), paths: { 'sync-deck': 'met' }, deck: true },
];

/** What a drill has to get with the decK that it ran with. */
export function expectedOf(drill: ShippedDrill, deckVersion: string | undefined): ShippedDrill {
  const { needsKeySets: path, paths, notMet } = drill;
  if (path === undefined || deckVersion === undefined || holdsKeySets(deckVersion)) return drill;
  return {
    ...drill,
    paths: { ...paths, [path]: 'missed' },
    notMet: { ...notMet, [path]: ['rto-parity', 'parity:key-sets'] },
    exitCode: 1,
  };
}

function holdsKeySets(deckVersion: string): boolean {
  const [major = 0, minor = 0] = deckVersion.replace(/^v/, '').split('.').map(Number);
  return major > 1 || minor >= 48;
}
