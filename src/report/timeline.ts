/** A case on one axis of time: phases, recovery steps, and the outages that the probes saw. */
import { formatDuration } from '../model/units.js';
import type { CaseResult } from '../model/verdict.js';
import type { Block, Lane, Span } from './document.js';

/** More outages than this are drawn as one band: a picture of them would show nothing. */
const outagesOfLane = 100;
const lanesOfStreams = 24;

export function timelineOf(shown: CaseResult): Block[] {
  const { phases, failedAtMs, steps, outages } = shown;
  const [first] = phases;
  if (!first) return [];
  const ends = [...phases.map((it) => it.endedMs ?? it.startedMs), ...outages.map((it) => it.toMs)];
  const toMs = Math.max(first.startedMs + 1, ...ends);
  const lanes: Lane[] = [
    {
      label: 'phases',
      spans: phases.map((it): Span => spanOf(it.phase, it, toMs, it.ok === false ? 'bad' : 'phase')),
    },
    {
      label: 'recovery steps',
      spans: steps.map((it): Span => spanOf(it.title, it, toMs, it.ok === false ? 'bad' : 'step')),
    },
    ...outageLanes(outages),
  ];
  return [
    {
      kind: 'timeline',
      title: 'Timeline, from the start of the case',
      fromMs: first.startedMs,
      toMs,
      lanes: lanes.filter((lane) => lane.spans.length > 0),
      marks: failedAtMs === undefined ? [] : [{ label: 'failure', atMs: failedAtMs }],
    },
  ];
}

function spanOf(
  label: string,
  { startedMs, endedMs }: { readonly startedMs: number; readonly endedMs?: number },
  lastMs: number,
  tone: Span['tone'],
): Span {
  const took = endedMs === undefined ? 'not ended' : formatDuration(endedMs - startedMs);
  return { label: `${label}, ${took}`, fromMs: startedMs, toMs: endedMs ?? lastMs, tone };
}

function outageLanes(outages: CaseResult['outages']): Lane[] {
  const streams = [...new Set(outages.map((it) => it.stream))];
  return streams.slice(0, lanesOfStreams).map((stream) => {
    const own = outages.filter((it) => it.stream === stream);
    const spans = own.map((it): Span => ({
      ...it,
      label: `${it.seen}, ${formatDuration(it.toMs - it.fromMs)}`,
      tone: 'outage',
    }));
    return { label: stream, spans: spans.length <= outagesOfLane ? spans : [bandOf(spans)] };
  });
}

function bandOf(spans: readonly Span[]): Span {
  return {
    label: `${spans.length} outages`,
    fromMs: Math.min(...spans.map((it) => it.fromMs)),
    toMs: Math.max(...spans.map((it) => it.toMs)),
    tone: 'outage',
  };
}
