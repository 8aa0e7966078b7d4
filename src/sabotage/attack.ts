/**
 * What an attack is: it damages a recovery from outside, between the drill and what the drill works with. The drill is given
 * another engine and nothing else: it cannot know that it is attacked, and what it does not see by itself goes unseen.
 *
 *   drill ──calls──> Lab of the attack ──calls──> Lab of the engine        journal ──events──> the attack knows how far it is
 */
import type { Lab } from '../engine/engine.js';
import type { JournalEvent } from '../model/journal.js';
import type { Plan, PlannedCase } from '../model/plan.js';

export interface Attack {
  /** What it does, in one sentence for people. */
  readonly title: string;
  /** By which way it comes. */
  readonly through: 'artifact file' | 'SQL connection' | 'deck shim' | 'network' | 'engine';
  /** What a drill lacks that does not see it. */
  readonly advice: string;
  /** Why it cannot be made on this path; `undefined` where it can. */
  readonly whyNot: (target: AttackTarget) => string | undefined;
  readonly begin: (target: AttackTarget) => Assault;
}

/** One recovery path of a drill. */
export interface AttackTarget {
  readonly plan: Plan;
  readonly planned: PlannedCase;
}

/** An attack on one run; disposing it closes what it opened. */
export interface Assault extends AsyncDisposable {
  /** What the drill gets in place of its lab. */
  readonly wrap: (lab: Lab) => Lab | Promise<Lab>;
  /** Told of every event as it is recorded. */
  readonly see: (event: JournalEvent) => void;
  /** Once the run is over: what was done; `undefined` where nothing was found to do it to. */
  readonly planted: () => Promise<string | undefined>;
}

/** The same object but for some of its members; the others go on working on the object itself. */
export function overriding<T extends object>(inner: T, own: Partial<T>): T {
  return new Proxy(inner, {
    get: (target, key) => {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key) as unknown;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
