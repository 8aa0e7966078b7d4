import type { IncomingMessage } from 'node:http';
import { Refusal, unexpected } from '../entities/errors.js';
import type { Json, JsonObject } from '../json.js';
import { at, isObject, put } from '../json.js';
import type { Field, RecordSchema } from '../schema/model.js';
import { fieldsOf } from '../schema/model.js';

/** The fields of a request's body. A form's values take the types that the schema asks for. */
export async function readBody(
  request: IncomingMessage,
  schemaOf: (form: JsonObject) => RecordSchema,
): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const type = request.headers['content-type'] ?? '';
  if (body === '') return {};
  if (type.startsWith('application/x-www-form-urlencoded')) {
    const form = parseForm(body);
    return inferred(schemaOf(form), form);
  }
  if (!type.startsWith('application/json')) throw new UnsupportedMediaType();
  const parsed = parseJson(body);
  // Real Kong fails on an array.
  if (!isObject(parsed)) throw unexpected();
  return parsed;
}

/** Nginx answers this one, in HTML. */
export class UnsupportedMediaType extends Error {
  override readonly name = 'UnsupportedMediaType';
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, { message: 'Cannot parse JSON body' });
  }
}

/** `tags[]=a&config.minute=5` */
function parseForm(body: string): JsonObject {
  const out: JsonObject = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.replace(/\[\d*\]$/, '');
    const known = at(out, path);
    const isList = path !== name || known !== undefined;
    put(
      out,
      path,
      isList ? [...(Array.isArray(known) ? known : known === undefined ? [] : [known]), value] : value,
    );
  }
  return out;
}

function inferred(schema: RecordSchema, input: JsonObject): JsonObject {
  const fields = fieldsOf(schema);
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const field = fields.get(name);
      return [name, field ? infer(field, value) : value];
    }),
  );
}

function infer(field: Field, value: Json): Json {
  if (isObject(value)) return field.abstract ? value : inferred(field, value);
  if (field.type === 'array' || field.type === 'set') {
    const items = Array.isArray(value) ? value : value === '' ? [] : [value];
    return items.map((item) => (field.elements ? infer(field.elements, item) : item));
  }
  if (value === '') return null;
  if (typeof value !== 'string') return value;
  if (field.type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  const isNumber = (field.type === 'number' || field.type === 'integer') && !Number.isNaN(Number(value));
  return isNumber ? Number(value) : value;
}
