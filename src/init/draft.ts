/** What was found → a drill for exactly that. Pure. */
import type { Drill } from '../model/drill.js';
import type { Artifact, State } from '../model/drill-recovery.js';
import { mostPlugins } from '../model/generate.js';
import type { Found, FoundAmounts, FoundKong } from './found.js';

export const draftName = 'postgres-lost';
const unknownSize: FoundAmounts = {
  services: 20,
  routes: 40,
  consumers: 20,
  plugins: 20,
  upstreams: 5,
  certificates: 2,
};
const mostOfAKind = 100_000;

/** `toProject` leads from the folder of drills to that of the project: `..`. */
export function draftDrill(found: Found, toProject: string): Drill {
  const beside = (path: string): string => `${toProject}/${path.replaceAll('\\', '/')}`;
  const { deck, dump } = found;
  const artifacts: Record<string, Artifact> = {
    'nightly-db': { kind: 'database', every: '24h', ...(dump === undefined ? {} : { path: beside(dump) }) },
    ...(deck === undefined ? {} : { 'nightly-deck': { kind: 'deck', path: beside(deck), every: '24h' } }),
  };
  return {
    name: draftName,
    title: 'Postgres and its volume are gone; bring Kong back',
    tags: ['nightly', 'pre-release'],
    topology: { kong: kongOf(found.kong), postgres: { version: found.postgresVersion ?? '15' } },
    state: stateOf(found, beside),
    artifacts,
    changes: { via: 'admin-api', perSecond: 5, for: '4s' },
    failure: [{ kind: 'lose', target: 'postgres' }],
    impact: { traffic: 'none', uncached: 'outage', config: 'outage' },
    recovery: {
      'restore-db': [{ stage: 'database-restore', from: 'nightly-db' }],
      ...(deck === undefined ? {} : { 'sync-deck': [{ stage: 'deck-sync', from: 'nightly-deck' }] }),
    },
    objectives: {
      rto: { traffic: '5m', config: '5m', parity: '5m' },
      // decK's file holds what was last synced, not what was so at a moment: it has no age by which to judge a loss.
      ...(deck === undefined ? { rpo: '25h' } : {}),
      parity: { level: 'equivalent' },
    },
  };
}

function kongOf(kong: FoundKong | undefined): NonNullable<NonNullable<Drill['topology']>['kong']> {
  if (!kong) return { edition: 'oss', version: '3.9', nodes: 1 };
  const { edition, version = '3.9', image, nodes = 1, workers, settings } = kong;
  return {
    edition,
    version,
    nodes,
    ...(image === undefined ? {} : { image }),
    ...(workers === undefined ? {} : { workers }),
    ...(Object.keys(settings).length === 0 ? {} : { settings: { ...settings } }),
  };
}

/** The real configuration where it is at hand; otherwise a made-up one of the same size. */
function stateOf({ dump, deck, amounts = unknownSize }: Found, beside: (path: string) => string): State {
  if (dump !== undefined) return { databaseDump: beside(dump) };
  if (deck !== undefined) return { deck: beside(deck) };
  const services = Math.max(1, amounts.services);
  const most = mostPlugins({ ...amounts, services });
  const generate = { ...amounts, services, plugins: Math.min(amounts.plugins, most), seed: 7 };
  const within = Object.entries(generate).map(
    ([kind, amount]) => [kind, Math.min(amount, mostOfAKind)] as const,
  );
  return { generate: Object.fromEntries(within) as typeof generate };
}
