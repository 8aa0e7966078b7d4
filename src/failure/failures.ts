/** All failures, one file each, by the word that the drill language has for them. */
import { isHarmless } from '../model/drill-failure.js';
import type { Failure, FailureKind } from '../model/drill-failure.js';
import type { Evidence } from '../model/journal.js';
import { freeze, kill, lose, stop } from './component.js';
import { corrupt } from './corrupt.js';
import { cutOff } from './cut-off.js';
import { deleteEntities } from './delete-entities.js';
import { dropDatabase } from './drop-database.js';
import type { FailureContext, Injector } from './failure.js';
import { fillDisk } from './fill-disk.js';
import { reset } from './reset.js';
import { truncate } from './truncate.js';
import { wrongSync } from './wrong-sync.js';

type Injectors = { readonly [K in Exclude<FailureKind, 'pause' | 'restore-point'>]: Injector<K> };

export const injectors = {
  kill,
  lose,
  stop,
  freeze,
  'cut-off': cutOff,
  'fill-disk': fillDisk,
  corrupt,
  'drop-database': dropDatabase,
  truncate,
  'wrong-sync': wrongSync,
  reset,
  'delete-entities': deleteEntities,
} satisfies Injectors;

/** A failure bound to what it does, whatever its kind. */
export interface BoundFailure {
  readonly kind: FailureKind;
  readonly target: string;
  inject(): Promise<void>;
  /** After `inject`. */
  confirm(): Promise<readonly Evidence[]>;
}

/** @returns `undefined` for a pause or a restore point, which break nothing. */
export function bindFailure(failure: Failure, context: FailureContext): BoundFailure | undefined {
  if (isHarmless(failure)) return undefined;
  const injector = (injectors as Injectors)[failure.kind] as Injector<FailureKind>;
  let trace: unknown;
  return {
    kind: failure.kind,
    target: injector.target(failure, context),
    inject: async () => {
      trace = await injector.inject(failure, context);
    },
    confirm: () => injector.confirm(failure, context, trace),
  };
}
