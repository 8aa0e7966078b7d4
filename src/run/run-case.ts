/**
 * One case: one recovery path, once, on a fresh copy of the disaster.
 *
 *   provision → configure → back up → steady state → change → fail → recover → observe → compare → clean up
 *
 * Everything that happens goes into the journal; the verdict is computed from there, later and elsewhere.
 */
import { installInstruments } from '../measure/instruments.js';
import { startProbes } from '../measure/probes.js';
import { streamsFor } from '../measure/streams.js';
import { backUp } from './back-up.js';
import type { CaseContext } from './case-context.js';
import { change } from './change.js';
import { compare } from './compare.js';
import { fail } from './fail.js';
import { watchParity } from './observation.js';
import { observe } from './observe.js';
import { inPhase } from './phase.js';
import { configure, provision } from './provision.js';
import { bringBack } from './bring-back.js';
import { steadyState } from './steady-state.js';

/** @throws what broke the run: an engine, a component that does not come up, an interruption. */
export async function runCase(context: CaseContext): Promise<void> {
  const { runId, plan, lab, admin, clock, signal, record } = context;
  await inPhase('provision', context, () => provision(context));
  const instruments = await inPhase('configure', context, async () => {
    await configure(context);
    return await installInstruments({ admin, runId, echo: lab.echo, signal });
  });
  const backup = await inPhase('back-up', context, () => backUp(context, instruments));
  if ([...backup.artifacts.values()].some(({ faults }) => faults.length > 0)) return;

  const streams = streamsFor(instruments, lab.kong, plan.probes);
  await using probes = await startProbes({ streams, clock, record, signal });
  await inPhase('steady-state', context, () => steadyState(context, instruments, probes));
  await inPhase('change', context, () => change(context, instruments));
  const failedAtMs = await inPhase('fail', context, () => fail(context));

  const reference = { snapshot: backup.reference, instruments };
  await using parity = watchParity(reference, context);
  const recovered = await inPhase('recover', context, () => bringBack(context, { backup, instruments }));
  if (recovered) await inPhase('observe', context, () => observe(context, { probes, parity, failedAtMs }));
  await probes[Symbol.asyncDispose]();
  await parity[Symbol.asyncDispose]();
  await inPhase('compare', context, () => compare(context, { backup, instruments, recovered }));
}
