/**
 * What the drill language has a word for and this version cannot do yet. Each line goes when its part lands;
 * until then the part is refused here, never ignored.
 */
import type { Drill } from '../model/drill.js';
import type { Path, Problem } from './problem.js';

interface Unavailable {
  /** Keys from the top of the drill; `*` is any name or index. */
  readonly at: string;
  /** Without it, the mere presence is refused. */
  readonly when?: (value: unknown) => boolean;
  readonly instead: string;
}

const isOneOf =
  (...words: readonly unknown[]) =>
  (value: unknown): boolean =>
    words.includes(value);
const unavailable: readonly Unavailable[] = [
  { at: 'changes.via', when: isOneOf('pipeline'), instead: 'use `via: admin-api`' },
];

/** Every part of a drill that this version cannot do yet. */
export function unavailableParts(drill: Drill): readonly Problem[] {
  return unavailable.flatMap(({ at, when = () => true, instead }) =>
    partsAt(drill, at.split('.'))
      .filter(({ value }) => when(value))
      .map(({ path, value }): Problem => ({
        path,
        at: 'key',
        message: `${nameOf(path, value)} is not available yet`,
        hint: instead,
      })),
  );
}

interface Part {
  readonly path: Path;
  readonly value: unknown;
}

function partsAt(root: unknown, keys: readonly string[]): readonly Part[] {
  return keys.reduce<readonly Part[]>(
    (parts, key) => parts.flatMap((part) => childrenOf(part, key)),
    [{ path: [], value: root }],
  );
}

function childrenOf({ path, value }: Part, key: string): readonly Part[] {
  if (typeof value !== 'object' || value === null) return [];
  const children = value as Readonly<Record<string, unknown>>;
  const names = key === '*' ? Object.keys(children) : Object.hasOwn(children, key) ? [key] : [];
  return names.map((name) => ({
    path: [...path, Array.isArray(value) ? Number(name) : name],
    value: children[name],
  }));
}

function nameOf(path: Path, value: unknown): string {
  const key = path.at(-1) ?? '';
  if (typeof key === 'number') return JSON.stringify(value);
  const isWord = ['string', 'number', 'boolean'].includes(typeof value);
  return isWord ? `\`${key}: ${JSON.stringify(value).replaceAll('"', '')}\`` : `\`${key}\``;
}
