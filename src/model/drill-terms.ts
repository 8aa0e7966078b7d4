/** The small terms that the drill language is written in. */
import Type from 'typebox';
import type { TSchemaOptions } from 'typebox';
import { durationPattern } from './units.js';

export const namePattern = '^[a-z0-9]+(?:-[a-z0-9]+)*$';

/** A name that others refer to: lower case, digits and single hyphens. */
export function name(description: string, options: TSchemaOptions = {}) {
  return Type.String({ pattern: namePattern, description, ...options });
}

export function text(description: string, options: TSchemaOptions = {}) {
  return Type.String({ minLength: 1, description, ...options });
}

/** A duration with its unit written out. */
export function duration(description: string, options: TSchemaOptions = {}) {
  return Type.String({ pattern: durationPattern, description, examples: ['60s', '5m', '25h'], ...options });
}

/** A command: the program and its arguments, never a line for a shell. */
export function command(description: string, example: readonly string[]) {
  return Type.Array(Type.String({ minLength: 1, description: 'The program, then each argument.' }), {
    minItems: 1,
    description,
    examples: [example],
  });
}

/** Tags of entities of Kong. */
export function tags(description: string) {
  return Type.Array(Type.String({ minLength: 1, description: 'Tag of entities of Kong.' }), {
    minItems: 1,
    description,
    examples: [['team-orders']],
  });
}

/** Kinds of entities of Kong. */
export function entityKinds(description: string, example: readonly string[]) {
  return Type.Array(Type.String({ minLength: 1, description: 'Kind of entities of Kong.' }), {
    minItems: 1,
    description,
    examples: [example],
  });
}
