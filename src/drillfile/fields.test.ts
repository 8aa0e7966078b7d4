import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { drillSchema } from '../model/drill.js';
import { asWritten, drillFields, flattened } from './fields.js';

interface Part {
  readonly [key: string]: unknown;
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** Every property in the schema, wherever it stands, and what lists and mappings are made of. */
function partsOf(schema: Part, place: string): readonly (readonly [string, Part])[] {
  const named = (key: string): readonly (readonly [string, Part])[] =>
    Object.entries((schema[key] ?? {}) as Readonly<Record<string, Part>>);
  const listed = (key: string): readonly (readonly [string, Part])[] =>
    ((schema[key] ?? []) as readonly Part[]).map((part, index) => [`${key}[${index}]`, part]);
  const here = [...named('properties'), ...named('patternProperties')].map(
    ([key, part]) => [`${place}.${key}`, part] as const,
  );
  const unnamed: readonly (readonly [string, Part])[] = [
    ...(schema.items === undefined ? [] : [['items', schema.items as Part] as const]),
    ...listed('oneOf'),
    ...listed('anyOf'),
  ];
  return [
    ...here,
    ...here.flatMap(([where, part]) => partsOf(part, where)),
    ...unnamed.flatMap(([key, part]) => partsOf(part, `${place}.${key}`)),
  ];
}

const schema = JSON.parse(JSON.stringify(drillSchema)) as Part;
const parts = partsOf(schema, 'drill');

test('fields - every property of the schema is described', () => {
  assert.ok(parts.length > 150, `${parts.length} properties are found`);
  for (const [place, { description = '' }] of parts) {
    assert.ok(description.length > 3 || place.endsWith('.body.^.*$'), `${place} says what it is`);
  }
});

test('fields - whatever a person has to write freely has an example or a default', () => {
  const free = parts.filter(
    ([place, part]) =>
      ['string', 'integer', 'number'].includes(part.type ?? '') &&
      part.enum === undefined &&
      part.const === undefined &&
      // Within a list or a mapping by name, the example is that of the whole.
      !/\^[^.]*\$$|\.(?:settings|files|environment)\.\^/.test(place),
  );
  for (const [place, { examples, default: usual }] of free) {
    assert.ok(examples !== undefined || usual !== undefined, `${place} has an example or a default`);
  }
});

test('fields - examples and defaults are what their field takes', () => {
  const ajv = new Ajv2020({ discriminator: true, strictTypes: false });
  for (const [place, part] of parts) {
    const shown = [...(part.examples ?? []), ...(part.default === undefined ? [] : [part.default])];
    for (const value of shown) assert.ok(ajv.validate(part, value), `${place}: ${JSON.stringify(value)}`);
  }
});

test('fields - each has a path of its own, and stands within its parent', () => {
  const fields = flattened(drillFields());
  assert.equal(new Set(fields.map(({ path }) => path)).size, fields.length);
  for (const { path, children } of fields) {
    for (const child of children) assert.ok(child.path.startsWith(`${path}.`), child.path);
  }
});

test('fields - an example is written as a line of a drill that reads back as the same', () => {
  for (const field of flattened(drillFields())) {
    const key = field.path.split('.').at(-1) ?? '';
    for (const example of field.examples) {
      const line = asWritten(field, example);
      assert.doesNotMatch(line, /\n/, line);
      assert.deepEqual(parse(line), { [key]: example }, line);
    }
  }
});
