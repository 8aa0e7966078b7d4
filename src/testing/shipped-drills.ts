/** The drills that come with the project, with the verdict that each path has to get, on either engine. */
import type { Verdict } from '../model/verdict.js';

export interface ShippedDrill {
  readonly name: string;
  readonly paths: Readonly<Record<string, Verdict>>;
  /** Objectives that are not met, by path. */
  readonly notMet?: Readonly<Record<string, readonly string[]>>;
  readonly exitCode?: number;
  /** Needs decK. */
  readonly deck?: true;
  /** Left to `npm run full`: what it shows, others show in CI. */
  readonly fullOnly?: true;
}

const remembered = ['behaviour:remembered-absent', 'behaviour:remembered-present'];

export const shippedDrills: readonly ShippedDrill[] = [
  { name: 'database-dropped', paths: { 'restore-db': 'met' }, fullOnly: true },
  { name: 'deck-logins', paths: { 'sync-deck': 'met' }, deck: true },
  { name: 'everything-lost', paths: { 'restore-db': 'met', 'replay-ci': 'met' }, fullOnly: true },
  { name: 'kong-frozen', paths: { 'kill-and-start': 'met' } },
  { name: 'kong-killed', paths: { 'start-again': 'met' } },
  { name: 'kong-lost', paths: { reattach: 'met' } },
  { name: 'kong-restarted-without-postgres', paths: { 'in-order': 'met' } },
  { name: 'layered', paths: { 'backup-then-pipelines': 'met' } },
  { name: 'one-of-two-nodes-lost', paths: { 'new-node': 'met' }, fullOnly: true },
  { name: 'physical-backup', paths: { 'start-on-backup': 'met' } },
  { name: 'postgres-crashed', paths: { 'start-again': 'met' } },
  { name: 'postgres-frozen', paths: { 'kill-and-start': 'met' } },
  { name: 'postgres-lost', paths: { 'restore-db': 'met', 'replay-ci': 'met' } },
  {
    name: 'postgres-moved',
    paths: { reload: 'missed', restart: 'met' },
    notMet: { reload: remembered },
    fullOnly: true,
  },
  { name: 'quickstart', paths: { 'restore-db': 'met' }, fullOnly: true },
  { name: 'restore-and-clear-cache', paths: { 'clear-cache': 'met' } },
  {
    name: 'restore-under-running-kong',
    paths: { keep: 'missed', reload: 'missed' },
    notMet: { keep: remembered, reload: remembered },
    exitCode: 1,
    fullOnly: true,
  },
  { name: 'routes-deleted', paths: { 'sync-deck': 'met' }, deck: true },
  { name: 'tables-truncated', paths: { 'restore-over': 'met' } },
  {
    name: 'three-ways-back',
    paths: { 'restore-db': 'met', 'sync-deck': 'met', 'replay-ci': 'met', 'deck-over-db': 'met' },
    deck: true,
    fullOnly: true,
  },
];
