/** A duration that is known to lie between two bounds. */
import Type from 'typebox';
import type { Static } from 'typebox';
import { closed } from './schema.js';

const ms = Type.Number();

/** Milliseconds; the truth lies within. `upperMs` null: not seen to end before the run stopped waiting. */
export const intervalSchema = closed({ lowerMs: ms, upperMs: Type.Union([ms, Type.Null()]) });
export type Interval = Static<typeof intervalSchema>;
