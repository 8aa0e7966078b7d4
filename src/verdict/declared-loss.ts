/** Declared loss: what a drill says beforehand that a path cannot bring back. Undeclared loss is missed, and so is a stale declaration. */
import type { KindComparison } from '../model/journal.js';
import type { DeclaredLoss } from './objectives.js';

/** What of a kind's loss is covered: `all`, `none`, or `unknown` where the journal spells out too little to tell. */
export type Coverage = 'all' | 'none' | 'unknown';

/** The declarations of one path that name this entity kind or behaviour class. */
export function declarationsFor(
  declared: readonly DeclaredLoss[],
  recovery: string,
  kind: string,
): readonly DeclaredLoss[] {
  return declared.filter((it) => it.recovery === recovery && it.kinds.includes(kind));
}

/** The kinds that a path is declared to lose: neither waited for nor counted in its clocks. */
export function lostKinds(declared: readonly DeclaredLoss[], recovery: string): readonly string[] {
  return declared.filter((it) => it.recovery === recovery).flatMap((it) => it.kinds);
}

/** What is there too much: no loss, and it cannot be declared. */
export function surplusOf(kind: KindComparison): number {
  return kind.extra + kind.duplicated;
}

/** Whether all that differs in a kind was declared beforehand, so that nothing is left to wait for. */
export function isWithinDeclared(kind: KindComparison, declarations: readonly DeclaredLoss[]): boolean {
  return surplusOf(kind) === 0 && coverageOf(kind, declarations) === 'all';
}

/**
 * Whether declarations cover everything that a kind lost. One without `fields` covers the kind; one with `fields` covers
 * entities that changed (or cannot be proved equal) in nothing but those and what lies below them: `config` covers `config.minute`.
 */
export function coverageOf(kind: KindComparison, declarations: readonly DeclaredLoss[]): Coverage {
  if (declarations.length === 0) return 'none';
  if (declarations.some((it) => it.fields === undefined)) return 'all';
  if (kind.missing > 0 || kind.reParented > 0) return 'none';
  const declared = fieldsOf(declarations);
  const isDeclared = (field: string): boolean => declared.some((each) => covers(each, field));
  if (kind.changedSets) {
    return kind.changedSets.every(({ fields }) => fields.every(isDeclared)) ? 'all' : 'none';
  }
  const changed = kind.differences.filter((it) => it.change === 'changed');
  const beyond = changed.some((it) => it.fields?.some(({ field }) => !isDeclared(field)) ?? true);
  if (beyond) return 'none';
  return changed.length < kind.changed ? 'unknown' : 'all';
}

/**
 * Declared fields in which nothing is other any more: a declaration gone stale in part. None where something of the kind
 * cannot be proved, or the journal tells too little.
 */
export function staleFields(kind: KindComparison, declarations: readonly DeclaredLoss[]): readonly string[] {
  if (kind.unproven > 0 || kind.changedSets === undefined) return [];
  const changed = kind.changedSets.flatMap(({ fields }) => fields);
  return fieldsOf(declarations).filter((declared) => !changed.some((field) => covers(declared, field)));
}

function fieldsOf(declarations: readonly DeclaredLoss[]): readonly string[] {
  return declarations.flatMap((it) => it.fields ?? []);
}

function covers(declared: string, field: string): boolean {
  return field === declared || field.startsWith(`${declared}.`);
}
