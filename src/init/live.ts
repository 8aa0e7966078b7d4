/** What a running Kong says of itself through its Admin API → what a drill has to know of it. Pure. */
import { notCovered, tellingSettings } from './found.js';
import type { Found, FoundKong } from './found.js';

export interface LiveKong {
  /** The address, without secrets. */
  readonly where: string;
  /** The answer of `GET /`. */
  readonly root: Readonly<Record<string, unknown>>;
  /** How many entities of each kind were read. */
  readonly counts: Readonly<Record<string, number>>;
}

/** @returns the reason as a note alone where a drill cannot cover it. */
export function readLive({ where, root, counts }: LiveKong): Found {
  const configuration = (root.configuration ?? {}) as Readonly<Record<string, unknown>>;
  const reason = notCovered(configuration);
  if (reason !== undefined) return { notes: [`${where}: a Kong that a drill cannot cover: ${reason}`] };
  const version = versionIn(root.version);
  const kong: FoundKong = {
    edition: isEnterprise(root) ? 'enterprise' : 'oss',
    ...(version === undefined ? {} : { version }),
    settings: tellingSettings(configuration),
  };
  const count = (kind: string): number => counts[kind] ?? 0;
  const amounts = {
    services: count('services'),
    routes: count('routes'),
    consumers: count('consumers'),
    plugins: count('plugins'),
    upstreams: count('upstreams'),
    certificates: count('certificates'),
  };
  const held = Object.entries(amounts).map(([kind, amount]) => `${amount} ${kind}`);
  return {
    kong,
    amounts,
    notes: [`${where}: Kong ${version ?? 'of unknown version'} with ${held.join(', ')}`],
  };
}

function versionIn(version: unknown): string | undefined {
  return typeof version === 'string' ? /^[0-9]+(?:\.[0-9]+)+/.exec(version)?.[0] : undefined;
}

/** Enterprise counts four parts, and says so besides. */
function isEnterprise({ edition, version }: LiveKong['root']): boolean {
  return edition === 'enterprise' || /enterprise|^[0-9]+(?:\.[0-9]+){3}/.test(String(version));
}
