/** All attacks, by their names. */
import type { Attack } from './attack.js';
import { absentKeyAsked } from './attacks/absent-key-asked.js';
import { entityDropped } from './attacks/entity-dropped.js';
import { failureDoesNothing } from './attacks/failure-does-nothing.js';
import { probesMisled } from './attacks/probes-misled.js';
import { credentialAltered, pluginChanged, routeLeftOut } from './attacks/rows.js';
import { staleBackup } from './attacks/stale-backup.js';

export const attacks = {
  'route-left-out': routeLeftOut,
  'credential-altered': credentialAltered,
  'plugin-changed': pluginChanged,
  'entity-dropped': entityDropped,
  'stale-backup': staleBackup,
  'failure-does-nothing': failureDoesNothing,
  'probes-misled': probesMisled,
  'absent-key-asked': absentKeyAsked,
} as const satisfies Readonly<Record<string, Attack>>;

export type AttackName = keyof typeof attacks;
export const attackNames = Object.keys(attacks) as AttackName[];
