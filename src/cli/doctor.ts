/** Looks for everything that drills need. Starts nothing that stays. */
import type { EngineName, ToolName } from '../engine/engine.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import { engineNames, softwareHere } from '../engine/engines.js';
import type { FoundSoftware } from '../engine/engines.js';
import { askDocker } from '../system/docker-engine.js';
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
const leastDockerApiMinor = 41;

export async function examine(environment: Environment): Promise<Examination> {
  const [docker, software] = await Promise.all([askDocker(environment), lookForSoftware(environment)]);
  const isDockerGood = docker.answers && isNewEnough(docker.apiVersion);
  const findings = [
    nodeFinding(process.versions.node),
    dockerFinding(docker),
    ...(software instanceof DrillError ? [brokenFinding(software)] : softwareFindings(software)),
  ];
  const canRun: Readonly<Record<EngineName, boolean>> = {
    containers: isDockerGood,
    processes: !(software instanceof DrillError),
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
    const remedy =
      docker.refusal === 'EACCES'
        ? 'add the user to the group docker: sudo usermod -aG docker $USER, then log in again'
        : 'start Docker, or point DOCKER_HOST at a remote engine';
    return { what: 'Docker', found: `does not answer: ${docker.reason}`, isGood: false, costs, remedy };
  }
  const found = `${docker.version}, API ${docker.apiVersion}`;
  if (isNewEnough(docker.apiVersion)) return { what: 'Docker', found, isGood: true };
  return { what: 'Docker', found, isGood: false, costs, remedy: 'update Docker to 20.10 or newer' };
}

async function lookForSoftware(environment: Environment): Promise<FoundSoftware | DrillError> {
  try {
    return await softwareHere(postgresVersion, environment);
  } catch (error) {
    return error instanceof DrillError
      ? error
      : new DrillError('engine', messageOf(error), 'see KONG_DRILL_DEBUG=1 kong-drill doctor');
  }
}

function brokenFinding({ message, hint }: DrillError): Finding {
  return {
    what: 'Processes',
    found: message,
    isGood: false,
    costs: 'drills run in containers only',
    remedy: hint,
  };
}

function softwareFindings({ postgres, kong, tools }: FoundSoftware): readonly Finding[] {
  const isStandIn = kong.kind === 'stand-in';
  const from = postgres.kind === 'npm' ? 'from npm' : `in ${postgres.binFolder}`;
  return [
    { what: 'Postgres', found: `${postgres.version}, ${from}`, isGood: true },
    ...(['pg_dump', 'pg_restore', 'pg_basebackup', 'psql'] as const).map((name) =>
      toolFinding(name, tools.get(name)?.version),
    ),
    isStandIn
      ? {
          what: 'kong',
          found: 'missing; the stand-in takes its place',
          isGood: false,
          costs: 'with the processes engine every drill is a rehearsal, never evidence',
          remedy: 'install Kong Gateway so that `kong` is on PATH, or use --engine containers',
        }
      : { what: 'kong', found: kong.version, isGood: true },
    toolFinding('deck', tools.get('deck')?.version),
  ];
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

/** Of API 1: 1.41 came with Docker 20.10. */
function isNewEnough(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= leastDockerApiMinor);
}
