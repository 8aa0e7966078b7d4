/** The place of a component in a lab: the container that plays it now, and what can be done to any. */
import { DrillError } from '../../model/drill-error.js';
import type { KongNode } from '../engine.js';
import { inspect, kill, pause, stop, unpause } from './container.js';
import type { Container } from './container.js';

export interface Holder extends Pick<KongNode, 'stop' | 'kill' | 'freeze' | 'thaw' | 'condition'> {
  /** @throws DrillError `internal` while there is none. */
  current(): Container;
  /** The same, or `undefined`. */
  held(): Container | undefined;
  hold(container: Container): void;
}

export function holderOf(name: string, graceSeconds: number): Holder {
  let container: Container | undefined;
  const current = (): Container => container ?? notProvisioned(name);
  return {
    current,
    held: () => container,
    hold: (held) => {
      container = held;
    },
    stop: (signal) => stop(current(), graceSeconds, signal),
    kill: (signal) => kill(current(), signal),
    freeze: (signal) => pause(current(), signal),
    thaw: (signal) => unpause(current(), signal),
    condition: async (signal) => {
      const found = container && (await inspect(container, signal));
      return { running: found?.running ?? false, frozen: found?.paused ?? false };
    },
  };
}

/** @throws DrillError `internal`, always. */
export function notProvisioned(name: string): never {
  throw new DrillError(
    'internal',
    `${name} was asked for before it was provisioned`,
    'report this as a defect',
  );
}
