/** Which image plays which part: the drill's, the command line's, the environment's, or the official one. Pure. */
import { DrillError } from '../../model/drill-error.js';
import type { Plan, Topology } from '../../model/plan.js';
import type { Environment } from '../../system/environment.js';
import { imageRoles } from './options.js';
import type { ContainersOptions, ImageRole } from './options.js';

const officialDeck = 'kong/deck:v1.65.1';
const officialLab = 'node:20-slim';

export interface ImageChoice {
  readonly role: ImageRole;
  readonly image: string;
  /** Where it is for another version than the topology's, which one. */
  readonly version?: string;
  /** Who named it, for messages. */
  readonly from: 'official' | 'drill' | 'command line' | 'environment';
}

export type NamingOptions = Pick<ContainersOptions, 'images' | 'registry'> & {
  readonly environment: Environment;
};

/**
 * The image for a role, strongest first: command line, environment (`KONG_DRILL_IMAGE_KONG`, `KONG_DRILL_IMAGE_KONG_3_10`), drill,
 * official. An image for one version of a component beats one for the component.
 * @throws DrillError `usage` where only an image of another version than the wanted one is named.
 */
export function chooseImage(
  role: ImageRole,
  topology: Topology,
  options: NamingOptions,
  version?: string,
): ImageChoice {
  refuseUnknownRoles(options);
  const wanted = version ?? topologyVersion(role, topology);
  const given = options.images?.[`${role}@${wanted ?? ''}`];
  if (given) return { role, image: given, from: 'command line' };
  const set = wanted && options.environment[variable(role, wanted)];
  if (set) return { role, image: set, from: 'environment' };
  const named = namedImage(role, topology, options);
  const base = topologyVersion(role, topology);
  const other = wanted === undefined || wanted === base ? {} : { version: wanted };
  if (!named) return { role, image: official(role, topology, options, wanted), from: 'official', ...other };
  return wanted === base
    ? named
    : { ...named, ...other, image: withVersion(named, base ?? '', wanted ?? '') };
}

/** Every version of Kong and Postgres that a plan starts: the topology's, and those that its stages recover into. */
export function versionsIn(plan: Plan, component: 'kong' | 'postgres'): readonly string[] {
  const versions = plan.cases.flatMap(({ stages }) =>
    stages.map(({ stage }) => stageVersion(stage, component)),
  );
  const found = versions.filter((version) => version !== undefined);
  return [...new Set([plan.topology[component].version, ...found])];
}

/** The newest of some versions: its client programs can speak with all of them. */
export function newestOf(versions: readonly string[]): string {
  const inOrder = [...versions].sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
  return inOrder.at(-1) ?? '';
}

function stageVersion(stage: object, component: 'kong' | 'postgres'): string | undefined {
  const value: unknown = Reflect.get(stage, `${component}Version`);
  return typeof value === 'string' ? value : undefined;
}

function namedImage(role: ImageRole, topology: Topology, options: NamingOptions): ImageChoice | undefined {
  const commandLine = options.images?.[role];
  if (commandLine) return { role, image: commandLine, from: 'command line' };
  const environment = options.environment[variable(role)];
  if (environment) return { role, image: environment, from: 'environment' };
  const drill = role === 'kong' || role === 'postgres' ? topology[role].image : undefined;
  return drill ? { role, image: drill, from: 'drill' } : undefined;
}

function official(
  role: ImageRole,
  topology: Topology,
  options: NamingOptions,
  version: string | undefined,
): string {
  const kong = topology.kong.edition === 'enterprise' ? 'kong/kong-gateway' : 'kong';
  const names: Record<ImageRole, string> = {
    kong: `${kong}:${version ?? topology.kong.version}`,
    postgres: `postgres:${version ?? topology.postgres.version}`,
    deck: officialDeck,
    lab: officialLab,
  };
  const registry = options.registry ?? options.environment.KONG_DRILL_REGISTRY;
  return registry ? `${registry.replace(/\/+$/, '')}/${names[role]}` : names[role];
}

/** `mirror/postgres:15` for version 15 names `mirror/postgres:16` for version 16; any other tag says nothing of 16. */
function withVersion(named: ImageChoice, base: string, wanted: string): string {
  const tag = /^(.*):([^:/@]+)$/.exec(named.image);
  if (tag?.[1] !== undefined && tag[2] === base) return `${tag[1]}:${wanted}`;
  throw new DrillError(
    'usage',
    `no image for ${named.role} ${wanted}: ${named.image} (from the ${named.from}) stands for version ${base}`,
    `name one: --image ${named.role}@${wanted}=IMAGE or ${variable(named.role, wanted)}=IMAGE`,
  );
}

function topologyVersion(role: ImageRole, topology: Topology): string | undefined {
  return role === 'kong' || role === 'postgres' ? topology[role].version : undefined;
}

function variable(role: ImageRole, version?: string): string {
  const suffix = version === undefined ? '' : `_${version.replace(/[^A-Za-z0-9]/g, '_')}`;
  return `KONG_DRILL_IMAGE_${role.toUpperCase()}${suffix.toUpperCase()}`;
}

function refuseUnknownRoles(options: NamingOptions): void {
  for (const key of Object.keys(options.images ?? {})) {
    const role = key.split('@')[0];
    if (imageRoles.some((known) => known === role)) continue;
    throw new DrillError(
      'usage',
      `--image ${key}=…: expected one of ${imageRoles.join(', ')}, got ${role ?? ''}`,
      'see kong-drill run --help',
    );
  }
}
