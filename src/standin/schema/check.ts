import type { Json, JsonObject } from '../json.js';
import { isObject, isUuid } from '../json.js';
import { customProblem } from './custom.js';
import { checkEntity } from './entity-checks.js';
import type { Field, RecordSchema } from './model.js';
import { fieldsOf } from './model.js';
import type { Problem, Problems } from './problems.js';
import { brokenRule } from './validators.js';

/** Checks a complete record; `name` is where its custom checks are found, such as `services`. */
export function checkRecord(schema: RecordSchema, input: JsonObject, name: string): Problems | undefined {
  const problems: Problems = {};
  const fields = fieldsOf(schema);
  for (const [key, value] of Object.entries(input)) {
    const field = fields.get(key);
    const problem = field ? checkField(field, value, `${name}.${key}`) : 'unknown field';
    if (problem !== undefined) problems[key] = problem;
  }
  for (const [key, field] of fields) {
    if (field.required && input[key] === undefined && !field.abstract)
      problems[key] ??= 'required field missing';
  }
  checkEntity(schema, input, { problems, checkField, name });
  return Object.keys(problems).length > 0 ? problems : undefined;
}

export function checkField(field: Field, value: Json, path: string): Problem | undefined {
  if (value === null) return nullProblem(field);
  if (field.eq === null) return field.err ?? 'value must be null';
  const shape = shapeProblem(field, value, path);
  if (shape !== undefined) return shape;
  if (field.referenceable && typeof value === 'string' && value.startsWith('{vault://')) return undefined;
  return brokenRule(field, value) ?? customProblem(path, value);
}

function nullProblem(field: Field): string | undefined {
  if (field.ne === null) return field.err ?? 'value must not be null';
  if (field.eq !== undefined && field.eq !== null) return `value must be ${JSON.stringify(field.eq)}`;
  return field.required ? 'required field missing' : undefined;
}

function shapeProblem(field: Field, value: Json, path: string): Problem | undefined {
  switch (field.type) {
    case 'array':
      return checkElements(field, value, { path, expected: 'expected an array' });
    case 'set':
      return checkElements(field, value, { path, expected: 'expected a set' });
    case 'map':
      return checkMap(field, value, path);
    case 'record':
      if (!isObject(value)) return 'expected a record';
      return field.abstract ? undefined : checkRecord(field, value, path);
    case 'foreign':
      return foreignProblem(value);
    case 'integer':
      return Number.isInteger(value) ? undefined : 'expected an integer';
    case 'json':
      return undefined;
    default:
      return typeof value === field.type ? undefined : `expected a ${field.type}`;
  }
}

function checkElements(
  field: Field,
  value: Json,
  { path, expected }: { path: string; expected: string },
): Problem | undefined {
  if (!Array.isArray(value)) return expected;
  const element = { ...field.elements, required: true } as Field;
  const problems = value.map((item) => checkField(element, item, `${path}.*`) ?? null);
  const last = problems.findLastIndex((problem) => problem !== null);
  return last < 0 ? undefined : problems.slice(0, last + 1);
}

function checkMap(field: Field, value: Json, path: string): Problem | undefined {
  if (!isObject(value)) return 'expected a map';
  for (const [key, item] of Object.entries(value)) {
    const problem =
      checkField({ ...field.keys, required: true } as Field, key, `${path}.keys`) ??
      checkField({ ...field.values, required: true } as Field, item, `${path}.values`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function foreignProblem(value: Json): Problem | undefined {
  const id = isObject(value) ? value.id : undefined;
  if (id === undefined) return { id: 'missing primary key' };
  return typeof id === 'string' && isUuid(id) ? undefined : { id: 'expected a valid UUID' };
}
