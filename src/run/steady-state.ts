/** Phase 4: prime every worker, then probe until the answers are clean. What does not come to that is left as it is. */
import type { Instruments } from '../measure/instruments.js';
import { prime } from '../measure/prime.js';
import type { Primed } from '../measure/prime.js';
import { startProbes } from '../measure/probes.js';
import type { Probes } from '../measure/probes.js';
import { answeringStreams, cleanSince, steadyState as steadyStateOf } from '../measure/rto-steady.js';
import { streamsFor } from '../measure/streams.js';
import type { StateRoutes } from '../measure/streams.js';
import { configSpacingMs } from '../plan/probes.js';
import type { CaseContext } from './case-context.js';
import { primeTarget } from './prime-target.js';
import { stateRoutes } from './state-routes.js';

/** Longer is not waited for a steady state: a lab that is not steady by then will not be. */
const limitMs = 60_000;

export interface SteadyLab {
  readonly primed: Primed;
  /** There where routes of the state are probed in place of the instruments' own. */
  readonly state: StateRoutes | undefined;
  readonly probes: Probes;
  /** As the verdict will see it; otherwise there is nothing to destroy that could be seen to come back. */
  readonly isSteady: boolean;
}

/** The probes go on until they are disposed. */
export async function steadyState(context: CaseContext, instruments: Instruments): Promise<SteadyLab> {
  const { lab, plan, clock, record, signal } = context;
  const primed = await prime(primeTarget(context, instruments));
  const state =
    context.planned.probed === 'state' ? await stateRoutes(context, instruments, primed) : undefined;
  const { spacingMs, timeoutMs } = plan.probes;
  const streams = streamsFor(instruments, lab.kong, {
    spacingMs,
    timeoutMs,
    configSpacingMs,
    kinds: primed.kinds,
    state,
  });
  const probes = await startProbes({ streams, clock, record, signal });
  const from = clock.nowMs();
  await probes.untilSteady(from, limitMs);
  return { primed, state, probes, isSteady: recordSteadyState(probes, from, context) };
}

/** The span in which everything was right; all of it, where there is none. @returns whether there is one. */
function recordSteadyState(probes: Probes, beganMs: number, { clock, record }: CaseContext): boolean {
  const streams = answeringStreams(probes.watched());
  const whole = { from: beganMs, to: clock.nowMs() };
  const clean = { from: cleanSince(streams, beganMs), to: whole.to };
  const { met } = steadyStateOf(streams, clean);
  record({ kind: 'steady-state', ...(met ? clean : whole) });
  const { lastSeen } = steadyStateOf(streams, whole);
  if (met && lastSeen !== undefined) {
    const text = `before the steady state, not every probe was right; the last that was not: ${lastSeen}`;
    record({ kind: 'note', level: 'warning', text });
  }
  return met;
}
