/** `kill`, `lose`, `stop`, `freeze`: what can be done to Kong or Postgres as a whole. */
import type { Evidence } from '../model/journal.js';
import type { ComponentState, KongNode, PostgresServer } from '../engine/engine.js';
import { componentsOf } from './failure.js';
import type { FailureContext, Injector, OfKind } from './failure.js';

type Kind = 'kill' | 'lose' | 'stop' | 'freeze';
type Component = PostgresServer | KongNode;

/** Crash: SIGKILL; the data stays. */
export const kill: Injector<'kill'> = onComponents(
  (component, signal) => component.kill(signal),
  (state) => !state.running,
);

/** Gone for good, with its volume: neither the process nor the data is there. */
export const lose: Injector<'lose'> = onComponents(
  (component, signal) => component.lose(signal),
  (state) => !state.running && !state.dataPresent,
);

/** An orderly stop. */
export const stop: Injector<'stop'> = onComponents(
  (component, signal) => component.stop(signal),
  (state) => !state.running,
);

/** Hangs: it neither answers nor closes connections. */
export const freeze: Injector<'freeze'> = onComponents(
  (component, signal) => component.freeze(signal),
  (state) => state.frozen,
);

function onComponents<K extends Kind>(
  act: (component: Component, signal: AbortSignal) => Promise<void>,
  isDown: (state: ComponentState) => boolean,
): Injector<K> {
  return {
    target: (failure, context) =>
      componentsOf(failure as OfKind<Kind>, context)
        .map(nameOf)
        .join(', '),
    inject: async (failure, context) => {
      const components = componentsOf(failure, context);
      await Promise.all(components.map((component) => act(component, context.signal)));
    },
    confirm: (failure, context) => evidenceOf(componentsOf(failure, context), isDown, context),
  };
}

async function evidenceOf(
  components: readonly Component[],
  isDown: (state: ComponentState) => boolean,
  context: FailureContext,
): Promise<Evidence[]> {
  const states = await Promise.all(components.map((component) => component.state(context.signal)));
  return states.flatMap((state) =>
    // A piece of evidence counts only if the engine's own view agrees that the component is down.
    state.evidence.map((evidence) => ({ ...evidence, confirms: evidence.confirms && isDown(state) })),
  );
}

function nameOf(component: Component): string {
  return 'name' in component ? component.name : 'postgres';
}
