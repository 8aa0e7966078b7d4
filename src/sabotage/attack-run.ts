/** One run of one recovery path, with or without an attack on it. */
import type { Engine } from '../engine/engine.js';
import type { CaseResult } from '../model/verdict.js';
import { runDrill } from '../run/run-drill.js';
import type { DrillOptions, ValidDrill } from '../run/run-drill.js';
import { overriding } from './attack.js';
import type { Assault } from './attack.js';

export interface RunSettings extends Pick<DrillOptions, 'engine' | 'out' | 'tool' | 'signal' | 'onFault'> {
  readonly recovery: string;
  /** Longest time to watch after the recovery; what the drill says by default. */
  readonly observeMs?: number;
}

export interface AttackRun {
  readonly found: CaseResult | undefined;
  readonly exitCode: number;
  readonly folder: string;
}

/** @throws DrillError where the run cannot be started. */
export async function attackRun(
  drill: ValidDrill,
  settings: RunSettings,
  assault?: { readonly name: string; readonly assault: Assault },
): Promise<AttackRun> {
  const { recovery, observeMs, engine } = settings;
  const limits = observeMs === undefined ? {} : { observe: `${Math.ceil(observeMs / 1_000)}s` };
  const once = { ...drill.drill, repeat: 1, limits: { ...drill.drill.limits, ...limits } };
  const { result, folder } = await runDrill(
    { ...drill, drill: once },
    {
      ...settings,
      engine: assault ? sabotaged(engine, assault.name, assault.assault) : engine,
      only: [recovery],
      skipUnavailable: true,
      junitFlavor: 'jenkins',
      people: {},
      jobs: 1,
      onEvent: (event) => assault?.assault.see(event),
    },
  );
  return { found: result.cases[0], exitCode: result.exitCode, folder };
}

/** An engine whose labs are attacked. What it says of itself is for readers of the run: nobody may take it for an honest one. */
function sabotaged(engine: Engine, name: string, assault: Assault): Engine {
  return overriding(engine, {
    prepare: async (plan, signal) => {
      const readiness = await engine.prepare(plan, signal);
      const note = `this run was sabotaged on purpose (${name}): its verdict says nothing about the recovery`;
      return { ...readiness, notes: [...(readiness.notes ?? []), note] };
    },
    open: async (spec) => assault.wrap(await engine.open(spec)),
  });
}
