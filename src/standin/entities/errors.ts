import type { Json, JsonObject } from '../json.js';
import { isObject } from '../json.js';
import type { Problems } from '../schema/problems.js';
import { summary } from '../schema/problems.js';

/** An answer of the Admin API other than success. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: JsonObject;

  constructor(status: number, body: JsonObject) {
    super(JSON.stringify(body.message));
    this.status = status;
    this.body = body;
  }
}

/** The table is not there, the workspace is unknown, or the database does not answer: Kong says 500 to all. */
export const unexpected = (): Refusal => new Refusal(500, { message: 'An unexpected error occurred' });
export const notFound = (): Refusal => new Refusal(404, { message: 'Not found' });
export const notAllowed = (): Refusal => new Refusal(405, { message: 'Method not allowed' });

const coded = (
  status: number,
  error: { code: number; name: string; message: string },
  more: JsonObject = {},
): Refusal => new Refusal(status, { ...error, ...more });

export const schemaViolation = (problems: Problems): Refusal =>
  coded(
    400,
    { code: 2, name: 'schema violation', message: summary(problems) },
    { fields: problems as unknown as JsonObject },
  );

export const primaryKeyViolation = (fields: JsonObject): Refusal =>
  coded(
    400,
    { code: 3, name: 'primary key violation', message: `primary key violation on key '${keyText(fields)}'` },
    { fields },
  );

export const missingReference = (field: string, key: JsonObject, kind: string): Refusal =>
  coded(
    400,
    {
      code: 4,
      name: 'foreign key violation',
      message: `the foreign key '${keyText(key)}' does not reference an existing '${kind}' entity.`,
    },
    { fields: { [field]: key } },
  );

export const stillReferenced = (kind: string, by: string): Refusal =>
  coded(
    400,
    {
      code: 4,
      name: 'foreign key violation',
      message: `an existing '${by}' entity references this '${kind}' entity`,
    },
    { fields: { '@referenced_by': by } },
  );

export const caStillReferenced = (id: string, by: string, referrer: string): Refusal =>
  coded(400, {
    code: 19,
    name: 'referenced by others',
    message: `ca certificate ${id} is still referenced by ${by} (id = ${referrer})`,
  });

export const uniqueViolation = (fields: JsonObject): Refusal =>
  coded(
    409,
    {
      code: 5,
      name: 'unique constraint violation',
      message: `UNIQUE violation detected on '${keyText(fields)}'`,
    },
    { fields },
  );

export const noSuchEntity = (fields: JsonObject): Refusal =>
  coded(
    404,
    {
      code: 6,
      name: 'not found',
      message: `could not find the entity with ${'id' in fields ? 'primary key ' : ''}'${keyText(fields)}'`,
    },
    { fields },
  );

export const invalidOffset = (offset: string, why: string): Refusal =>
  coded(400, { code: 7, name: 'invalid offset', message: `'${offset}' is not a valid offset: ${why}` });

export const invalidSize = (message: string): Refusal =>
  coded(400, { code: 9, name: 'invalid size', message });

export const invalidUniqueName = (message: string): Refusal =>
  coded(400, { code: 10, name: 'invalid unique name', message });

export const invalidOption = (option: string, problem: string): Refusal =>
  coded(
    400,
    { code: 11, name: 'invalid options', message: `invalid option (${option}: ${problem})` },
    { options: { [option]: problem } },
  );

/** `{consumer={id="…"},group="admins"}`, keys sorted. */
function keyText(value: Json): string {
  if (!isObject(value)) return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, inner]) => `${key}=${keyText(inner)}`).join(',')}}`;
}
