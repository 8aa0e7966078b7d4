import type { Json, JsonObject } from '../json.js';
import { at, isFilled, isObject, text, texts } from '../json.js';
import { customEntityProblems } from './custom.js';
import type { Field, RecordSchema } from './model.js';
import { fieldsOf } from './model.js';
import type { Problem, Problems } from './problems.js';
import { quoted } from './validators.js';

interface Context {
  problems: Problems;
  checkField: (field: Field, value: Json, path: string) => Problem | undefined;
  name: string;
}

/** Rules across the fields of a record; what they find is added to `problems`. */
export function checkEntity(schema: RecordSchema, input: JsonObject, context: Context): void {
  const found: string[] = [];
  for (const check of schema.entity_checks ?? []) {
    for (const [kind, argument] of Object.entries(check)) {
      const message = checkers[kind]?.({ schema, input, argument, context });
      if (message !== undefined) found.push(message);
    }
  }
  if (Object.keys(context.problems).length === 0) found.push(...customEntityProblems(context.name, input));
  if (found.length > 0) context.problems['@entity'] = found;
}

interface Call {
  schema: RecordSchema;
  input: JsonObject;
  argument: Json;
  context: Context;
}

const checkers: Record<string, (call: Call) => string | undefined> = {
  at_least_one_of: ({ input, argument }) =>
    filled(input, argument) >= 1
      ? undefined
      : `at least one of these fields must be non-empty: ${quoted(texts(argument))}`,
  only_one_of: ({ input, argument }) =>
    filled(input, argument) === 1
      ? undefined
      : `exactly one of these fields must be non-empty: ${quoted(texts(argument))}`,
  distinct: ({ input, argument }) => {
    const values = texts(argument)
      .map((name) => at(input, name))
      .filter(isFilled);
    if (new Set(values).size === values.length) return undefined;
    return `values of these fields must be distinct: ${quoted(texts(argument))}`;
  },
  mutually_required: ({ input, argument, context }) => {
    const names = texts(argument);
    const count = filled(input, argument);
    if (names.some((name) => context.problems[name]) || count === 0 || count === names.length)
      return undefined;
    return `all or none of these fields must be set: ${quoted(names)}`;
  },
  mutually_exclusive: ({ input, argument }) =>
    filled(input, argument) <= 1
      ? undefined
      : `only one or none of these fields must be set: ${quoted(texts(argument))}`,
  conditional,
  conditional_at_least_one_of: conditionalAtLeastOneOf,
};

const filled = (input: JsonObject, names: Json): number =>
  texts(names).filter((name) => isFilled(at(input, name))).length;

function conditional({ schema, input, argument, context }: Call): string | undefined {
  const rule = isObject(argument) ? argument : {};
  const ifField = text(rule.if_field);
  const thenField = text(rule.then_field);
  const ifValue = at(input, ifField);
  if (ifValue === undefined || !holds({ schema, context, name: ifField }, rule.if_match, ifValue))
    return undefined;
  const thenValue = at(input, thenField) ?? null;
  const required = isObject(rule.then_match) && rule.then_match.required === true;
  const problem =
    required && thenValue === null
      ? 'required field missing'
      : context.checkField(merged(schema, thenField, rule.then_match), thenValue, '');
  if (problem === undefined) return undefined;
  nest(context.problems, thenField, problem);
  return (
    text(rule.then_err).replace('%s', ifField) ||
    `failed conditional validation given value of field '${ifField}'`
  );
}

function conditionalAtLeastOneOf({ schema, input, argument, context }: Call): string | undefined {
  const rule = isObject(argument) ? argument : {};
  const name = text(rule.if_field);
  const value = at(input, name);
  if (value === undefined) return undefined;
  const branch = holds({ schema, context, name }, rule.if_match, value)
    ? 'then'
    : rule.else_match !== undefined && holds({ schema, context, name }, rule.else_match, value)
      ? 'else_then'
      : undefined;
  if (branch === undefined || filled(input, rule[`${branch}_at_least_one_of`] ?? []) > 0) return undefined;
  const list = quoted(texts(rule[`${branch}_at_least_one_of`]));
  return (
    text(rule[`${branch}_err`]).replace('%s', list) ||
    `at least one of these fields must be non-empty: ${list}`
  );
}

function holds(
  { schema, context, name }: { schema: RecordSchema; context: Context; name: string },
  match: Json | undefined,
  value: Json,
): boolean {
  return context.checkField(merged(schema, name, match), value, '') === undefined;
}

/** The field's own definition, with the rules of the condition laid over it. */
function merged(schema: RecordSchema, path: string, match: Json | undefined): Field {
  const [head = '', ...rest] = path.split('.');
  const field = fieldsOf(schema).get(head);
  if (field && rest.length > 0) return merged(field, rest.join('.'), match);
  return { ...field, ...(isObject(match) ? match : {}) } as Field;
}

function nest(problems: Problems, path: string, problem: Problem): void {
  const [head = '', ...rest] = path.split('.');
  const inner = problems[head];
  if (rest.length === 0) {
    problems[head] = problem;
  } else if (inner === undefined || (typeof inner === 'object' && !Array.isArray(inner))) {
    const next: Problems = inner ?? {};
    problems[head] = next;
    nest(next, rest.join('.'), problem);
  }
}
