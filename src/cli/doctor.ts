/** Looks for everything that drills need. Starts nothing that stays. */
import type { EngineName, ToolName } from '../engine/engine.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import { engineNames, softwareHere } from '../engine/engines.js';
import type { FoundSoftware } from '../engine/engines.js';
import { askDocker, isNewEnough } from '../system/docker-engine.js';
import type { DockerAnswer } from '../system/docker-engine.js';
import type { Environment } from '../system/environment.js';

export interface Finding {
  readonly what: string;
  /** What was found, with its version; or that it is missing. */
  readonly found: string;
  readonly isGood: boolean;
  /** What cannot be done without it. */
  readonly costs?: string;
  /** How to get it. */
  readonly remedy?: string;
}

export interface Examination {
  readonly findings: readonly Finding[];
  /** The engines that can run a drill here. */
  readonly engines: readonly EngineName[];
}

const postgresVersion = '15';

export async function examine(environment: Environment): Promise<Examination> {
  const [docker, software] = await Promise.all([askDocker(environment), lookForSoftware(environment)]);
  const isDockerGood = docker.answers && isNewEnough(docker.apiVersion);
  const findings = [nodeFinding(process.versions.node), dockerFinding(docker), ...softwareFindings(software)];
  const canRun: Readonly<Record<EngineName, boolean>> = {
    containers: isDockerGood,
    processes: software.fault === undefined,
  };
  const engines = engineNames.filter((name) => canRun[name]);
  return { findings, engines };
}

/** The versions that package.json allows. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isGood = (major === 20 && minor >= 20) || (major === 22 && minor >= 12) || major > 22;
  return {
    what: 'Node',
    found: version,
    isGood,
    ...(isGood ? {} : { remedy: 'install Node 20.20, or 22.12 or newer' }),
  };
}

export function dockerFinding(docker: DockerAnswer): Finding {
  const costs = 'no real images, so no evidence; drills run as local processes';
  if (!docker.answers) {
    const { message, hint } = docker.error;
    return { what: 'Docker', found: message, isGood: false, costs, remedy: hint };
  }
  const { version, apiVersion, endpoint } = docker;
  const where = endpoint.named === undefined ? '' : `, at ${endpoint.host} (${endpoint.named.by})`;
  const found = `${version}, API ${apiVersion}${where}`;
  if (isNewEnough(docker.apiVersion)) return { what: 'Docker', found, isGood: true };
  return { what: 'Docker', found, isGood: false, costs, remedy: 'update Docker to 20.10 or newer' };
}

interface Looked {
  /** Absent where there is not even a Postgres. */
  readonly found?: FoundSoftware;
  /** Why no drill can run as processes. */
  readonly fault?: DrillError;
}

/** Where it is Kong that does not work, the rest is told all the same. */
async function lookForSoftware(environment: Environment): Promise<Looked> {
  try {
    return { found: await softwareHere(postgresVersion, environment) };
  } catch (error) {
    const fault =
      error instanceof DrillError
        ? error
        : new DrillError('engine', messageOf(error), 'see KONG_DRILL_DEBUG=1 kong-drill doctor');
    const withoutKong = { ...environment, KONG_DRILL_KONG: 'stand-in' };
    const found = await softwareHere(postgresVersion, withoutKong).catch(() => undefined);
    return { fault, ...(found && { found }) };
  }
}

function softwareFindings({ found, fault }: Looked): readonly Finding[] {
  if (!found) return fault ? [faultFinding('Processes', fault)] : [];
  const { postgres, kong, tools, broken } = found;
  const from = postgres.kind === 'npm' ? 'from npm' : `in ${postgres.binFolder}`;
  const whyNoDeck = broken.get('deck');
  return [
    { what: 'Postgres', found: `${postgres.version}, ${from}`, isGood: true },
    ...(['pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const).map((name) =>
      toolFinding(name, tools.get(name)?.version),
    ),
    fault ? faultFinding('kong', fault) : kongFinding(kong),
    whyNoDeck
      ? { ...toolFinding('deck', undefined), found: whyNoDeck.message, remedy: whyNoDeck.hint }
      : toolFinding('deck', tools.get('deck')?.version),
  ];
}

function faultFinding(what: string, { message, hint }: DrillError): Finding {
  return { what, found: message, isGood: false, costs: 'drills run in containers only', remedy: hint };
}

function kongFinding({ kind, version }: FoundSoftware['kong']): Finding {
  if (kind !== 'stand-in') return { what: 'kong', found: version, isGood: true };
  return {
    what: 'kong',
    found: 'missing; the stand-in takes its place',
    isGood: false,
    costs: 'with the processes engine every drill is a rehearsal, never evidence',
    remedy: 'install Kong Gateway so that `kong` is on PATH, or use --engine containers',
  };
}

const postgresClients = 'install the client tools of Postgres, e.g. the package postgresql-client';
const tools: Readonly<
  Record<Exclude<ToolName, 'kong'>, { readonly costs: string; readonly remedy: string }>
> = {
  pg_dump: { costs: 'no logical backups; physical ones are taken in their place', remedy: postgresClients },
  pg_restore: { costs: 'no logical backup can be restored', remedy: postgresClients },
  pg_basebackup: {
    costs: 'physical backups go through the low-level interface of the server: nothing is lost',
    remedy: postgresClients,
  },
  psql: { costs: 'your own scripts may need it; drills do not', remedy: postgresClients },
  deck: {
    costs: 'no state from decK files, no decK dumps, no recovery by deck-sync',
    remedy: 'install decK so that `deck` is on PATH (any from 1.17 on), or name it in KONG_DRILL_DECK',
  },
};

function toolFinding(name: Exclude<ToolName, 'kong'>, version: string | undefined): Finding {
  if (version !== undefined) return { what: name, found: version, isGood: true };
  return { what: name, found: 'missing', isGood: false, ...tools[name] };
}
