/**
 * One case: one recovery path, once, on a fresh copy of the disaster.
 *
 *   provision → configure → back up → steady state → change → fail → recover → observe → compare → clean up
 *
 * Everything that happens goes into the journal; the verdict is computed from there, later and elsewhere.
 */
import { untilLive } from '../measure/live.js';
import { installInstruments } from '../measure/instruments.js';
import { backUp } from './back-up.js';
import { bringBack } from './bring-back.js';
import type { CaseContext } from './case-context.js';
import { change } from './change.js';
import { compare } from './compare.js';
import { fail } from './fail.js';
import { watchParity } from './observation.js';
import { observe } from './observe.js';
import { makeLedgers } from './ledgers.js';
import { inPhase } from './phase.js';
import { configure, provision } from './provision.js';
import { primeTarget } from './prime-target.js';
import { steadyState } from './steady-state.js';

/** @throws what broke the run: an engine, a component that does not come up, an interruption. */
export async function runCase(context: CaseContext): Promise<void> {
  await inPhase('provision', context, () => provision(context));
  const { instruments, bases } = await inPhase('configure', context, async () => {
    await configure(context);
    const { workspaces } = context.plan.topology;
    const made = await installInstruments({ ...context, workspaces, echo: context.lab.echo });
    const ledgers = await makeLedgers(context, made);
    await untilLive(primeTarget(context, made));
    return { instruments: made, bases: ledgers };
  });
  const backup = await inPhase('back-up', context, () => backUp(context, instruments));
  if ([...backup.artifacts.values()].some(({ faults }) => faults.length > 0)) return;

  const { probes, primed, state, isSteady } = await inPhase('steady-state', context, () =>
    steadyState(context, instruments),
  );
  try {
    if (!isSteady) return;
    await using changes = await inPhase('change', context, () => change(context, bases));
    const failedAtMs = await inPhase('fail', context, () => fail(context));
    // Answers to the last changes are on the way for seconds where Postgres is gone; the recovery does not wait for them.
    const stopped = changes?.stop();

    const ledgers = changes?.ledgers ?? bases;
    const disaster = { backup, instruments, primed, state, ledgers, failedAtMs };
    await using parity = watchParity({ snapshot: backup.reference, instruments }, context);
    const recovered = await inPhase('recover', context, () => bringBack(context, disaster));
    if (recovered) await inPhase('observe', context, () => observe(context, { probes, parity, failedAtMs }));
    await stopped;
    await parity[Symbol.asyncDispose]();
    await probes[Symbol.asyncDispose]();
    await inPhase('compare', context, () => compare(context, disaster));
  } finally {
    await probes[Symbol.asyncDispose]();
  }
}
