import type { Json } from '../json.js';
import { isUuid } from '../json.js';
import { luaPattern } from './lua-pattern.js';
import type { Field } from './model.js';

/** Runs the single-value rules of a field in Kong's order; the first one broken gives the message. */
export function brokenRule(field: Field, value: Json): string | undefined {
  for (const rule of rules) {
    const message = rule(value, field);
    if (message !== undefined) return field.err ?? message;
  }
  return undefined;
}

type Rule = (value: Json, field: Field) => string | undefined;

/** A rule that only applies where the field sets `key`. */
const when =
  <K extends keyof Field>(
    key: K,
    rule: (value: Json, argument: NonNullable<Field[K]>) => string | undefined,
  ): Rule =>
  (value, field) => {
    const argument = field[key];
    return argument === undefined ? undefined : rule(value, argument);
  };

const unless = (ok: boolean, message: string): string | undefined => (ok ? undefined : message);
const length = (value: Json): number =>
  typeof value === 'string' ? Buffer.byteLength(value) : Object.keys(value ?? {}).length;
const matches = (value: Json, pattern: string): boolean =>
  typeof value === 'string' && luaPattern(pattern).test(value);
const print = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const list = (options: Json[]): string => options.map(print).join(', ');

const rules: Rule[] = [
  when('eq', (value, wanted) => unless(value === wanted, `value must be ${print(wanted)}`)),
  when('ne', (value, unwanted) => unless(value !== unwanted, `value must not be ${print(value)}`)),
  when('not_one_of', (value, options) =>
    unless(!options.includes(value), `must not be one of: ${list(options)}`),
  ),
  when('one_of', (value, options) => unless(options.includes(value), `expected one of: ${list(options)}`)),
  when('gt', (value, limit) => unless(Number(value) > limit, `value must be greater than ${limit}`)),
  when('timestamp', (value) => unless(Number(value) > 0, 'expected a valid timestamp')),
  when('uuid', (value) => unless(typeof value === 'string' && isUuid(value), 'expected a valid UUID')),
  when('is_regex', (value) => unless(isRegex(value), `not a valid regex: ${print(value)}`)),
  when('between', (value, [low, high]) =>
    unless(Number(value) >= low && Number(value) <= high, `value should be between ${low} and ${high}`),
  ),
  when('len_eq', (value, n) => unless(length(value) === n, `length must be ${n}`)),
  // Empty strings are refused unless the field says otherwise.
  (value, { len_min = typeof value === 'string' ? 1 : 0 }) =>
    unless(length(value) >= len_min || typeof value === 'number', `length must be at least ${len_min}`),
  when('len_max', (value, n) => unless(length(value) <= n, `length must be at most ${n}`)),
  when('starts_with', (value, prefix) =>
    unless(typeof value === 'string' && value.startsWith(prefix), `should start with: ${prefix}`),
  ),
  when('match_none', (value, none) => none.find(({ pattern }) => matches(value, pattern))?.err),
  when('match', (value, pattern) => unless(matches(value, pattern), `invalid value: ${print(value)}`)),
  when('match_all', (value, all) => all.find(({ pattern }) => !matches(value, pattern))?.err),
  when('match_any', (value, { patterns, err }) =>
    unless(
      patterns.some((pattern) => matches(value, pattern)),
      err ?? `invalid value: ${print(value)}`,
    ),
  ),
  when('contains', (value, wanted) =>
    unless(Array.isArray(value) && value.includes(wanted), `expected to contain: ${print(wanted)}`),
  ),
  when('mutually_exclusive_subsets', (value, subsets) => {
    const members = subsets.filter((subset) =>
      subset.some((item) => Array.isArray(value) && value.includes(item)),
    );
    return unless(
      members.length <= 1,
      `these sets are mutually exclusive: ${members.map((set) => `(${quoted(set)})`).join(', ')}`,
    );
  }),
];

/** `'a', 'b'` */
export const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

function isRegex(value: Json): boolean {
  try {
    return typeof value === 'string' && Boolean(new RegExp(value));
  } catch {
    return false;
  }
}
