/** Probe samples, read. */
import { probeOutcomeWords } from '../model/journal.js';
import type { Sample } from '../model/journal.js';
import type { CaseResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';

export const isRight = (sample: Sample): boolean => probeOutcomeWords[sample[3]] === 'right';

/** What a probe saw where it was not right. */
export function seenBy(sample: Sample): string {
  const outcome = probeOutcomeWords[sample[3]] ?? 'unknown outcome';
  return sample[4] === undefined ? outcome : `${outcome}: ${sample[4]}`;
}

/** How the probes themselves fared. Late: sent more than half a spacing after it was due. */
export function probeFigures(facts: CaseFacts): CaseResult['probes'] {
  const figures = { sent: 0, right: 0, late: 0, maxLatenessMs: 0 };
  let spacingMs = Infinity;
  for (const { stream, samples } of facts.streams.values()) {
    spacingMs = Math.min(spacingMs, stream.spacingMs);
    for (const sample of samples) {
      const latenessMs = sample[1] - (stream.t0Ms + sample[0] * stream.spacingMs);
      figures.sent += 1;
      if (isRight(sample)) figures.right += 1;
      if (latenessMs > stream.spacingMs / 2) figures.late += 1;
      if (latenessMs > figures.maxLatenessMs) figures.maxLatenessMs = latenessMs;
    }
  }
  const dropped = facts.stalls.reduce((sum, stall) => sum + stall.dropped, 0);
  return { ...figures, dropped, spacingMs: Number.isFinite(spacingMs) ? spacingMs : 0 };
}
