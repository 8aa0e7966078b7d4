/** What a container of a lab is to be. */
import type { Readable } from 'node:stream';
import type { LabImage } from './images.js';
import type { Labels } from './labels.js';

export interface ContainerSpec {
  readonly name: string;
  /** Names its log file, too: `postgres`, `kong-1`, `relay`. */
  readonly role: string;
  readonly image: LabImage;
  readonly labels: Labels;
  /** Where its log goes; without one, only its end is remembered. */
  readonly logFolder?: string;
  /** `undefined`: no network at all. */
  readonly network?: {
    readonly name: string;
    readonly address?: string;
    readonly aliases?: readonly string[];
  };
  readonly env?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly hostname?: string;
  readonly user?: string;
  readonly workingFolder?: string;
  readonly volumes?: readonly Mounted[];
  /** The name server that the engine's own resolver asks for names that it does not know. */
  readonly dns?: string;
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Ports inside that are published on an address of the engine's host, on ports that it chooses. */
  readonly ports?: { readonly address: string; readonly inside: readonly number[] };
  readonly archives?: readonly { readonly tar: Readable; readonly target: string }[];
  /** Has nothing to do but to stay: an init process reaps and stops it. */
  readonly keepsAlive?: boolean;
  readonly onCreated?: (id: string) => Promise<void>;
  /** It is a Postgres server, with this access to it. */
  readonly postgres?: PostgresAccess;
}

/** A named volume, and where the container finds it. */
export interface Mounted {
  readonly name: string;
  readonly target: string;
}

export interface PostgresAccess {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}
