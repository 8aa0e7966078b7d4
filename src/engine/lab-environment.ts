/** Environments of what is started: nothing in them leads from the lab to a Kong or a database of the user. */
import type { Topology } from '../model/plan.js';
import type { Environment } from '../system/environment.js';
import type { PostgresConnection } from '../system/sql.js';
import type { KongNode, PostgresServer } from './engine.js';
import { tokenVariable } from './enterprise.js';

/** All that servers and tools get of the runner's own environment; secrets of the user are not among it. */
const passedOn = /^(?:PATH|LANG|LC_.*|TZ|USER|LOGNAME|LD_LIBRARY_PATH|KONG_LICENSE_(?:DATA|PATH))$/;
/** What names another Kong or database; decK's own variables, which its files may refer to, are not among it. */
const leadsElsewhere =
  /^(?:PG[A-Z]+|KONG_(?!DRILL_|LICENSE_).*|DECK_(?:KONG|KONNECT|HEADERS|TLS|CA_CERT|SKIP).*)$/;
/** The runner's own secrets: who has the first signs evidence that never was, who has the second guesses what snapshots hide. */
const ofTheRunner = /^KONG_DRILL_(?:SIGNING|SNAPSHOT)_KEY$/;

/**
 * For servers and tools, as a change of the runner's environment: what is not passed on is taken away (`undefined`).
 * @param home a folder of the lab, so that no `~/.pgpass` or `~/.deck.yaml` is read.
 */
export function labEnvironment(runner: Environment, home: string): Environment {
  const names = Object.keys(runner).filter((name) => !passedOn.test(name));
  return { ...Object.fromEntries(names.map((name) => [name, undefined])), HOME: home, TMPDIR: home };
}

/** For decK: its files may name variables `DECK_…`. */
export function deckEnvironment(runner: Environment, home: string): Environment {
  const own = Object.entries(runner).filter(
    ([name]) => name.startsWith('DECK_') && !leadsElsewhere.test(name),
  );
  return { ...labEnvironment(runner, home), ...Object.fromEntries(own) };
}

/** What the user's own commands are led to. */
export interface UserLab {
  readonly topology: Topology;
  readonly postgres: Pick<PostgresServer, 'connection'>;
  /** The first is the one that they speak to. */
  readonly kong: readonly Pick<KongNode, 'adminUrl' | 'proxyUrl' | 'adminHeaders'>[];
}

/** For the user's own commands: all but the runner's keys and what names another Kong or database, and in its place the lab's. */
export function userEnvironment(runner: Environment, { topology, postgres, kong }: UserLab): Environment {
  const names = Object.keys(runner).filter((name) => leadsElsewhere.test(name) || ofTheRunner.test(name));
  const [node] = kong;
  return {
    ...Object.fromEntries(names.map((name) => [name, undefined])),
    ...tokenVariable(topology.kong, runner),
    ...postgresVariables(postgres.connection),
    ...(node && { KONG_ADMIN_URL: node.adminUrl, KONG_PROXY_URL: node.proxyUrl }),
    ...(node && deckTarget(node.adminUrl, node.adminHeaders)),
  };
}

/** What makes the programs of Postgres speak to the lab's. */
export function postgresVariables(to: PostgresConnection): Record<string, string> {
  return {
    PGHOST: to.host,
    PGPORT: String(to.port),
    PGUSER: to.user,
    PGPASSWORD: to.password,
    PGDATABASE: to.database,
  };
}

/** What makes decK speak to a node. */
export function deckTarget(
  adminUrl: string,
  adminHeaders: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const headers = Object.entries(adminHeaders).map(([name, value]) => `${name}:${value}`);
  return {
    DECK_KONG_ADDR: adminUrl,
    DECK_ANALYTICS: 'false',
    ...(headers.length > 0 ? { DECK_HEADERS: headers.join(',') } : {}),
  };
}
