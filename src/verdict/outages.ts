/** Stretches of failing probes, stream by stream, for the timeline. */
import type { CaseResult } from '../model/verdict.js';
import type { CaseFacts, StreamSamples } from './facts.js';
import { isRight, seenBy } from './samples.js';

/** In the order in which they began; each from the send of its first failing probe to the end of its last. */
export function outagesOf(facts: CaseFacts): CaseResult['outages'] {
  return [...facts.streams.values()].flatMap(outagesOfStream).sort((a, b) => a.fromMs - b.fromMs);
}

function outagesOfStream({ stream, samples }: StreamSamples): CaseResult['outages'] {
  const outages: CaseResult['outages'] = [];
  let open: CaseResult['outages'][number] | undefined;
  for (const sample of samples) {
    if (isRight(sample)) {
      open = undefined;
    } else if (open) {
      open.toMs = Math.max(open.toMs, sample[2]);
    } else {
      open = { stream: stream.id, fromMs: sample[1], toMs: sample[2], seen: seenBy(sample) };
      outages.push(open);
    }
  }
  return outages;
}
