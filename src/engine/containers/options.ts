/** What the containers engine can be told from the command line and the environment. */
import type { Clock } from '../../system/clock.js';
import type { Environment } from '../../system/environment.js';

/** What an image is for. `lab` runs the echo, the resolver and the relay; any image with Node 18 or newer will do. */
export const imageRoles = ['kong', 'postgres', 'deck', 'lab'] as const;
export type ImageRole = (typeof imageRoles)[number];

export interface ContainersOptions {
  /** Images in place of the official ones, as `--image kong=…` names them: by role, or by role and version (`kong@3.10`). */
  readonly images?: Readonly<Record<string, string>>;
  /** Registry, with or without a path, in front of every official image: a mirror. */
  readonly registry?: string;
  /** Whether missing images are pulled; true by default. */
  readonly pull?: boolean;
  readonly environment?: Environment;
  readonly clock?: Clock;
  /** Told what takes long before any clock starts: pulls, and what cannot be had. */
  readonly progress?: (line: string) => void;
}
