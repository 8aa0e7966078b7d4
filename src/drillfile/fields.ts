/** Every field of the drill language, with what its schema says of it: what `explain` and the reference are made from. */
import { stringify } from 'yaml';
import { drillSchema } from '../model/drill.js';
import { expectedBy } from './schema-words.js';
import type { SchemaPart } from './schema-words.js';
import { alternatives } from './words.js';

export interface Field {
  /**
   * Keys from the top of a drill. Names that people choose are left out, and a kind or stage stands for itself:
   * `recovery.database-restore.from`.
   */
  readonly path: string;
  readonly description: string;
  /** What it takes, in words. */
  readonly takes: string;
  readonly isRequired: boolean;
  readonly default?: unknown;
  readonly examples: readonly unknown[];
  readonly children: readonly Field[];
}

interface FieldSchema extends SchemaPart {
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxProperties?: number;
  readonly discriminator?: { readonly propertyName: string };
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly patternProperties?: Readonly<Record<string, FieldSchema>>;
  readonly oneOf?: readonly FieldSchema[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
}

/** The fields at the top of a drill; those within them are their children. */
export function drillFields(): readonly Field[] {
  return childrenOf(JSON.parse(JSON.stringify(drillSchema)) as FieldSchema, []);
}

/** Fields and all that is within them, in the order of the language. */
export function flattened(fields: readonly Field[]): readonly Field[] {
  return fields.flatMap((field) => [field, ...flattened(field.children)]);
}

/** The key and a value for it on one line, as one would write it in a drill: `from: nightly-db`. */
export function asWritten({ path }: Field, value: unknown): string {
  const key = path.split('.').at(-1) ?? '';
  return stringify({ [key]: value }, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true })
    .trim()
    .replace(/^\{ ?(.*?) ?\}$/s, '$1');
}

function fieldOf(schema: FieldSchema, path: readonly string[], isRequired: boolean): Field {
  return {
    path: path.join('.'),
    description: schema.description ?? '',
    takes: takenBy(schema),
    isRequired,
    ...(schema.default === undefined ? {} : { default: schema.default }),
    examples: schema.examples ?? [],
    children: childrenOf(schema, path),
  };
}

function childrenOf(schema: FieldSchema, path: readonly string[]): readonly Field[] {
  const { properties, patternProperties, items, oneOf, anyOf, discriminator } = schema;
  if (oneOf && discriminator) {
    const tag = discriminator.propertyName;
    return oneOf.map((branch) => fieldOf(withoutTag(branch, tag), [...path, tagOf(branch, tag)], false));
  }
  if (properties) {
    return Object.entries(properties).map(([key, value]) =>
      fieldOf(value, [...path, key], schema.required?.includes(key) ?? false),
    );
  }
  const [named] = Object.values(patternProperties ?? {});
  const within = items ?? named;
  if (within) return childrenOf(within, path);
  return distinct((anyOf ?? []).flatMap((branch) => childrenOf(branch, path)));
}

const tagOf = ({ properties }: FieldSchema, tag: string): string => String(properties?.[tag]?.const);

function withoutTag(branch: FieldSchema, tag: string): FieldSchema {
  const others = Object.entries(branch.properties ?? {}).filter(([key]) => key !== tag);
  return { ...branch, properties: Object.fromEntries(others) };
}

/** Branches of a union share some keys; each is told once, and none of them is needed in every branch. */
function distinct(fields: readonly Field[]): readonly Field[] {
  const byPath = new Map(fields.toReversed().map((field) => [field.path, { ...field, isRequired: false }]));
  return [...byPath.values()].toReversed();
}

function takenBy(schema: FieldSchema): string {
  const { items, minimum, maximum, patternProperties, properties, discriminator } = schema;
  if (discriminator) return `a mapping whose ${discriminator.propertyName} is one of those below`;
  if (items) return items.type === 'object' || items.anyOf ? 'a list' : `a list: ${takenBy(items)}`;
  if (patternProperties) return takenByName(patternProperties);
  if (properties) return schema.maxProperties === 1 ? 'exactly one of those below' : 'a mapping';
  if (schema.anyOf) return alternatives([...new Set(schema.anyOf.map(takenBy))]);
  return `${expectedBy(schema)}${rangeOf(minimum, maximum)}`;
}

function takenByName(patternProperties: Readonly<Record<string, FieldSchema>>): string {
  const [within] = Object.values(patternProperties);
  const isPlain = within?.type === 'string' || within?.anyOf !== undefined;
  return isPlain ? `a mapping by name: ${takenBy(within)}` : 'a mapping by names of your own';
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}
