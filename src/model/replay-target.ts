/** How far the WAL of a base backup is replayed, in the words of a drill: `end`, `10s before the failure`, or a restore point. */
import { parseDurationMs } from './units.js';

export type ReplayTarget =
  | { readonly kind: 'end' }
  | { readonly kind: 'before-failure'; readonly ms: number }
  | { readonly kind: 'restore-point'; readonly name: string };

/** Whatever is neither the end nor a time is the name of a restore point. */
export function replayTargetOf(text: string): ReplayTarget {
  if (text === 'end') return { kind: 'end' };
  const [, duration] = /^(\S+) before the failure$/.exec(text) ?? [];
  const ms = duration === undefined ? undefined : parseDurationMs(duration);
  return ms === undefined ? { kind: 'restore-point', name: text } : { kind: 'before-failure', ms };
}
