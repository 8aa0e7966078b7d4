/** The few schema forms that every shape of ours is made of; TypeBox gives the type and the JSON Schema at once. */
import Type from 'typebox';
import type { Static, TObject, TSchema, TSchemaOptions, TUnsafe } from 'typebox';

/** An object that takes no key but its own: a misspelt key is an error, never ignored. */
export function closed<P extends Record<string, TSchema>>(properties: P, options: TSchemaOptions = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/**
 * A union told apart by one key; ajv reports errors of the branch that the key names, and of no other. What a branch is
 * described as, its key is too: editors show it there.
 */
export function tagged<T extends TObject[]>(
  tag: string,
  branches: [...T],
  options: TSchemaOptions = {},
): TUnsafe<Static<T[number]>> {
  return Type.Unsafe<Static<T[number]>>({
    type: 'object',
    discriminator: { propertyName: tag },
    required: [tag],
    oneOf: branches.map((branch) => withDescribedTag(tag, branch)),
    ...options,
  });
}

function withDescribedTag(tag: string, branch: TObject): object {
  const { description, properties } = branch as TObject & { readonly description?: string };
  if (description === undefined) return branch;
  return { ...branch, properties: { ...properties, [tag]: { ...properties[tag], description } } };
}

/** An object with exactly one of the given keys. */
export function exactlyOne<P extends Record<string, TSchema>>(
  properties: P,
  options: TSchemaOptions = {},
): TUnsafe<OneOf<P>> {
  return Type.Unsafe<OneOf<P>>({
    type: 'object',
    properties,
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    ...options,
  });
}

/** One of a few words. */
export function words<const W extends readonly string[]>(
  list: W,
  options: TSchemaOptions = {},
): TUnsafe<W[number]> {
  return Type.Unsafe<W[number]>({ type: 'string', enum: [...list], ...options });
}

type OneOf<P extends Record<string, TSchema>> = {
  [K in keyof P]: Record<K, Static<P[K]>> & Partial<Record<Exclude<keyof P, K>, never>>;
}[keyof P];

/** A moment in UTC, as `Date.toISOString` writes it. */
export const moment = Type.String({
  pattern:
    '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?Z$',
});

/** Milliseconds that may be added to any moment: a few hundred years at most. */
export const milliseconds = Type.Number({ minimum: -1e13, maximum: 1e13 });
