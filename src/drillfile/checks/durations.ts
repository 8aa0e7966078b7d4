/** Durations that no run can keep: none at all, or longer than anybody waits. */
import type { Drill } from '../../model/drill.js';
import { durationMs, formatDuration } from '../../model/units.js';
import type { Path } from '../problem.js';
import { valueProblem } from './check.js';
import type { Check } from './check.js';

const dayMs = 86_400_000;
const longestWaitMs = 7 * dayMs;
const longestScheduleMs = 3_650 * dayMs;

interface Duration {
  readonly path: Path;
  readonly written: string | undefined;
  readonly mostMs: number;
  readonly zero?: 'allowed';
}

export const durations: Check = {
  reads: [],
  find: ({ drill }) =>
    durationsOf(drill).flatMap(({ path, written, mostMs, zero }) => {
      if (written === undefined) return [];
      const ms = durationMs(written);
      if (ms === 0 && zero === undefined)
        return [valueProblem(path, `expected more than no time, got ${written}`)];
      return ms > mostMs
        ? [valueProblem(path, `expected at most ${formatDuration(mostMs)}, got ${written}`)]
        : [];
    }),
};

function durationsOf({ artifacts = {}, changes, failure, objectives, limits }: Drill): readonly Duration[] {
  const wait = (path: Path, written: string | undefined): Duration => ({
    path,
    written,
    mostMs: longestWaitMs,
  });
  return [
    ...Object.entries(artifacts).map(([name, artifact]) => ({
      path: ['artifacts', name, 'every'],
      written: 'every' in artifact ? artifact.every : undefined,
      mostMs: longestScheduleMs,
    })),
    ...Object.entries(artifacts).map(([name, artifact]) =>
      wait(
        ['artifacts', name, 'archiveTimeout'],
        'archiveTimeout' in artifact ? artifact.archiveTimeout : undefined,
      ),
    ),
    wait(['changes', 'for'], changes?.for),
    ...failure.map((one, index) =>
      wait(['failure', index, 'for'], one.kind === 'pause' ? one.for : undefined),
    ),
    wait(['objectives', 'rto', 'traffic'], objectives?.rto?.traffic),
    wait(['objectives', 'rto', 'config'], objectives?.rto?.config),
    wait(['objectives', 'rto', 'parity'], objectives?.rto?.parity),
    // An RPO of 0s is an honest one: nothing may be lost.
    { path: ['objectives', 'rpo'], written: objectives?.rpo, mostMs: longestScheduleMs, zero: 'allowed' },
    wait(['limits', 'step'], limits?.step),
    wait(['limits', 'observe'], limits?.observe),
  ];
}
