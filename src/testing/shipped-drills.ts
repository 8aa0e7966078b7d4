/** The drills that come with the project, with the verdict that each path has to get, on either engine. */
import type { EngineName } from '../engine/engine.js';
import type { Verdict } from '../model/verdict.js';

export interface ShippedDrill {
  readonly name: string;
  readonly paths: Readonly<Record<string, Verdict>>;
  /** Objectives that are not met, by path. */
  readonly notMet?: Readonly<Record<string, readonly string[]>>;
  readonly exitCode?: number;
  /** Needs decK. */
  readonly deck?: true;
  /** An engine that cannot inject its failure, with the reason that it has to give. */
  readonly refused?: { readonly on: EngineName; readonly reason: RegExp };
}

const remembered = ['behaviour:remembered-absent', 'behaviour:remembered-present'];

export const shippedDrills: readonly ShippedDrill[] = [
  { name: 'data-files-damaged', paths: { 'restore-db': 'met' } },
  { name: 'database-dropped', paths: { 'restore-db': 'met' } },
  { name: 'deck-logins', paths: { 'sync-deck': 'met' }, deck: true },
  {
    name: 'disk-full',
    paths: { 'make-room': 'met' },
    refused: { on: 'processes', reason: /fill-disk: .*disk/ },
  },
  { name: 'everything-lost', paths: { 'restore-db': 'met', 'replay-ci': 'met' } },
  { name: 'kong-frozen', paths: { 'kill-and-start': 'met' } },
  { name: 'kong-killed', paths: { 'start-again': 'met' } },
  { name: 'kong-lost', paths: { reattach: 'met' } },
  { name: 'kong-restarted-without-postgres', paths: { 'in-order': 'met' } },
  { name: 'layered', paths: { 'backup-then-pipelines': 'met' } },
  {
    name: 'network-cut',
    paths: { mend: 'met' },
    refused: { on: 'processes', reason: /cut-off: .*network/ },
  },
  { name: 'one-of-two-nodes-lost', paths: { 'new-node': 'met' } },
  { name: 'physical-backup', paths: { 'start-on-backup': 'met' } },
  { name: 'postgres-crashed', paths: { 'start-again': 'met' } },
  { name: 'postgres-frozen', paths: { 'kill-and-start': 'met' } },
  { name: 'postgres-lost', paths: { 'restore-db': 'met', 'replay-ci': 'met' } },
  {
    name: 'postgres-moved',
    paths: { reload: 'missed', restart: 'met' },
    notMet: { reload: remembered },
  },
  { name: 'quickstart', paths: { 'restore-db': 'met' } },
  { name: 'restore-and-clear-cache', paths: { 'clear-cache': 'met' } },
  {
    name: 'restore-under-running-kong',
    paths: { keep: 'missed', reload: 'missed' },
    notMet: { keep: remembered, reload: remembered },
    exitCode: 1,
  },
  { name: 'routes-deleted', paths: { 'sync-deck': 'met' }, deck: true },
  { name: 'tables-truncated', paths: { 'restore-over': 'met' } },
  { name: 'thousand-entities', paths: { 'restore-db': 'met', 'sync-deck': 'met' }, deck: true },
  { name: 'three-teams', paths: { 'replay-ci': 'met' } },
  {
    name: 'three-ways-back',
    paths: { 'restore-db': 'met', 'sync-deck': 'met', 'replay-ci': 'met', 'deck-over-db': 'met' },
    deck: true,
  },
  { name: 'workspace-wiped', paths: { 'sync-deck': 'met', 'restore-over': 'met' }, deck: true },
  { name: 'wrong-file-synced', paths: { 'sync-deck': 'met' }, deck: true },
];
