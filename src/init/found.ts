/** What `init` finds out about a Kong and its recovery plan, before it writes a drill for exactly that. */

export interface Found {
  /** The Kong that runs, or that a compose file starts; the last one found out says most. */
  readonly kong?: FoundKong;
  /** Major version of Postgres. */
  readonly postgresVersion?: string;
  /** decK file or folder, relative to the project. */
  readonly deck?: string;
  /** `pg_dump` of the database of Kong in the custom format, relative to the project. */
  readonly dump?: string;
  /** How much a Kong holds whose configuration is not at hand. */
  readonly amounts?: FoundAmounts;
  /** Each a line of what was found and where, and of what was left out and why. */
  readonly notes: readonly string[];
}

export interface FoundKong {
  readonly edition: 'oss' | 'enterprise';
  readonly version?: string;
  readonly image?: string;
  readonly nodes?: number;
  readonly workers?: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
}

export interface FoundAmounts {
  readonly services: number;
  readonly routes: number;
  readonly consumers: number;
  readonly plugins: number;
  readonly upstreams: number;
  readonly certificates: number;
}

/** Settings that decide how quickly a Kong comes back, or what it remembers meanwhile; the others are left to the drill's author. */
const telling = [
  'db_update_frequency',
  'db_update_propagation',
  'db_cache_ttl',
  'worker_consistency',
  'worker_state_update_frequency',
  'router_flavor',
] as const;

/** Those of the settings that a drill about recovery needs, with numbers as numbers. */
export function tellingSettings(settings: Readonly<Record<string, unknown>>): FoundKong['settings'] {
  return Object.fromEntries(
    telling.flatMap((name) => {
      const value = settings[name];
      if (typeof value === 'number') return [[name, value] as const];
      if (typeof value !== 'string' || value === '') return [];
      return [[name, /^[0-9]+(?:\.[0-9]+)?$/.test(value) ? Number(value) : value] as const];
    }),
  );
}

/** Why a Kong of this configuration cannot be drilled; `undefined` where it can. */
export function notCovered({ database, role }: Readonly<Record<string, unknown>>): string | undefined {
  if (database === 'off') return 'it runs without a database';
  return role === 'control_plane' || role === 'data_plane' ? 'it runs in hybrid mode' : undefined;
}

/** Both together; where they differ, the later one is believed. */
export function mergeFound(earlier: Found, later: Found): Found {
  const settings = { ...earlier.kong?.settings, ...later.kong?.settings };
  const kong = later.kong ? { ...earlier.kong, ...later.kong, settings } : earlier.kong;
  return {
    ...earlier,
    ...later,
    ...(kong === undefined ? {} : { kong }),
    notes: [...earlier.notes, ...later.notes],
  };
}
