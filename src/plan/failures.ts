/** What each failure does, as a title for people. */
import type { Component, Failure, FailureKind } from '../model/drill-failure.js';
import { durationMs, formatDuration } from '../model/units.js';

type Titles = { readonly [K in FailureKind]: (failure: Extract<Failure, { kind: K }>) => string };

const titles: Titles = {
  kill: (failure) => `kill ${targetOf(failure)} (SIGKILL; data stays)`,
  lose: (failure) => `destroy ${targetOf(failure)} and all of its data`,
  stop: (failure) => `stop ${targetOf(failure)} in order`,
  freeze: (failure) => `freeze ${targetOf(failure)}: it neither answers nor closes connections`,
  'cut-off': () => 'cut the network between Kong and Postgres',
  'fill-disk': () => 'fill the disk of Postgres',
  corrupt: () => 'damage data files of Postgres',
  'drop-database': () => 'drop the database of Kong',
  truncate: ({ tables }) =>
    `empty ${tables?.join(', ') ?? 'all configuration tables'} behind the back of Kong`,
  'wrong-sync': ({ file }) => `let decK sync ${file}`,
  reset: ({ workspace }) => `let decK reset ${workspace === undefined ? 'Kong' : `workspace ${workspace}`}`,
  'delete-entities': ({ entities }) => `delete ${entities.join(', ')} through the Admin API`,
  'restore-point': (failure) => `make the restore point ${failure.name} in the WAL`,
  pause: (failure) => `wait ${formatDuration(durationMs(failure.for))}`,
};

export function failureTitle(failure: Failure): string {
  // The map's type ties each title to its failure; TypeScript cannot follow that through the lookup.
  const title = titles[failure.kind] as (failure: Failure) => string;
  return title(failure);
}

/** How long the failures take by themselves: their pauses. */
export function pausesMs(failures: readonly Failure[]): number {
  return failures.reduce((sum, one) => sum + (one.kind === 'pause' ? durationMs(one.for) : 0), 0);
}

interface Target {
  readonly target: Component;
  readonly nodes?: 'all' | readonly number[];
}

function targetOf({ target, nodes = 'all' }: Target): string {
  if (target === 'postgres') return 'Postgres';
  if (nodes === 'all') return 'every Kong node';
  return nodes.map((node) => `kong-${node}`).join(' and ');
}
