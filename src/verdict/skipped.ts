/** Recovery paths that were not tried, or less often than the drill asks. */
import type { RunResult } from '../model/verdict.js';
import type { RunFacts } from './facts.js';

/** Those left out before anything started, and those whose turn came too late: one entry for each path. */
export function skippedOf(run: RunFacts): RunResult['skipped'] {
  const { started, skippedCases } = run;
  const paths = [...new Set(skippedCases.map(({ recovery }) => recovery))];
  const late = paths.map((recovery) => {
    const those = skippedCases.filter((it) => it.recovery === recovery);
    const reason = those[0]?.reason ?? '';
    if (!wasTried(recovery, run)) return { recovery, reason };
    return { recovery, reason: `not ${those.map((it) => it.case).join(', ')}: ${reason}` };
  });
  return [...started.skipped, ...late];
}

/** At least once. */
export function wasTried(wanted: string, { cases }: RunFacts): boolean {
  return [...cases.values()].some(({ recovery }) => recovery === wanted);
}
