/** What the failures of a drill leave behind, derived from the drill alone. */
import { assertNever } from '../model/drill-error.js';
import { isHarmless } from '../model/drill-failure.js';
import type { Component, Failure } from '../model/drill-failure.js';

/**
 * How the recovery finds a component. `recovered`: an earlier stage of the same path brought it back.
 * `full`: its data is whole, and has no room to grow. `broken`: it is there, and cannot be used (files damaged).
 */
export const fateWords = ['recovered', 'running', 'frozen', 'stopped', 'full', 'broken', 'lost'] as const;
export type Fate = (typeof fateWords)[number];

/** `changed`: there, with other content than before. `gone`: dropped, or lost with its server. */
export type DatabaseFate = 'intact' | 'changed' | 'gone';

export interface Survivors {
  readonly postgres: Fate;
  readonly database: DatabaseFate;
  /** The network between Kong and Postgres. */
  readonly link: 'whole' | 'cut';
  /** One for each Kong node, `kong-1` first. */
  readonly kong: readonly Fate[];
}

/** What is left after all failures, in their order. A component only ever gets worse. */
export function survivors(failures: readonly Failure[], nodes: number): Survivors {
  const intact: Survivors = {
    postgres: 'running',
    database: 'intact',
    link: 'whole',
    kong: Array.from({ length: nodes }, () => 'running'),
  };
  return failures.reduce(after, intact);
}

/** What a recovery stage leaves to the next one. */
export function recovered(nodes: number): Survivors {
  return {
    postgres: 'recovered',
    database: 'intact',
    link: 'whole',
    kong: Array.from({ length: nodes }, () => 'recovered'),
  };
}

export const runs = (fate: Fate): boolean => fate === 'running' || fate === 'recovered';

function after(left: Survivors, failure: Failure): Survivors {
  if (isHarmless(failure)) return left;
  switch (failure.kind) {
    case 'kill':
    case 'stop':
      return hit(left, failure, 'stopped');
    case 'freeze':
      return hit(left, failure, 'frozen');
    case 'lose':
      return hit(left, failure, 'lost');
    case 'fill-disk':
      return hit(left, { target: 'postgres' }, 'full');
    case 'corrupt':
      return hit(left, { target: 'postgres' }, 'broken');
    case 'drop-database':
      return { ...left, database: 'gone' };
    case 'truncate':
    case 'wrong-sync':
    case 'reset':
    case 'delete-entities':
      return { ...left, database: left.database === 'gone' ? 'gone' : 'changed' };
    case 'cut-off':
      return { ...left, link: 'cut' };
    default:
      return assertNever(failure);
  }
}

interface Hit {
  readonly target: Component;
  readonly nodes?: 'all' | readonly number[];
}

function hit(left: Survivors, at: Hit, fate: Fate): Survivors {
  if (at.target === 'postgres') {
    return {
      ...left,
      postgres: worse(left.postgres, fate),
      database: fate === 'lost' ? 'gone' : left.database,
    };
  }
  const nodes = at.nodes ?? 'all';
  const isHit = (index: number): boolean => nodes === 'all' || nodes.includes(index + 1);
  return { ...left, kong: left.kong.map((old, index) => (isHit(index) ? worse(old, fate) : old)) };
}

function worse(one: Fate, other: Fate): Fate {
  return fateWords.indexOf(other) > fateWords.indexOf(one) ? other : one;
}
