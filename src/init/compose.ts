/** A compose file with a Kong in it → the Kong and the Postgres that it starts. Pure. */
import { messageOf } from '../model/drill-error.js';
import { isObject } from '../model/entity.js';
import type { Json, JsonObject } from '../model/entity.js';
import { plainYaml } from '../system/plain-yaml.js';
import { notCovered, tellingSettings } from './found.js';
import type { Found, FoundKong } from './found.js';

type Service = JsonObject;

const mostNodes = 9;

/** `file` is only what the notes call it. Never throws: a file that cannot be read is a note. */
export function readCompose(file: string, text: string): Found {
  const services = servicesIn(text);
  if (typeof services === 'string') return { notes: [`${file} cannot be read: ${services}`] };
  const nodes = services.filter(isKongNode);
  const [first] = nodes;
  if (!first) return { notes: [`${file}: no Kong in it`] };
  const settings = settingsOf(first);
  const reason = notCovered(settings);
  if (reason !== undefined) return { notes: [`${file}: a Kong that a drill cannot cover: ${reason}`] };
  const count = Math.min(
    mostNodes,
    nodes.map(replicasOf).reduce((sum, one) => sum + one, 0),
  );
  const kong: FoundKong = {
    ...kongImage(imageOf(first)),
    nodes: count,
    ...workersIn(settings),
    settings: tellingSettings(settings),
  };
  const postgres = services
    .map((service) => postgresVersion(imageOf(service)))
    .find((one) => one !== undefined);
  const of = postgres === undefined ? '' : `, Postgres ${postgres}`;
  return {
    kong,
    ...(postgres === undefined ? {} : { postgresVersion: postgres }),
    notes: [`${file}: Kong ${kong.version ?? 'of its own image'} (nodes: ${count})${of}`],
  };
}

function servicesIn(text: string): readonly Service[] | string {
  try {
    const content = plainYaml(text, { merge: true }) as Json;
    const services = isObject(content) ? content.services : undefined;
    if (!isObject(services)) return 'it has no services';
    return Object.values(services).filter(isObject);
  } catch (error) {
    // What follows in the YAML parser's message are the lines themselves.
    return (messageOf(error).split('\n')[0] ?? '').replace(/:$/, '');
  }
}

/** A server, and not the job that runs its migrations. */
function isKongNode(service: Service): boolean {
  const settings = settingsOf(service);
  const isKong =
    officialImage.test(imageOf(service)) || settings.pg_host !== undefined || settings.database !== undefined;
  return isKong && !JSON.stringify(service.command ?? '').includes('migrations');
}

const officialImage = /(?:^|\/)(?:kong|kong-gateway)(?::|@|$)/;

function kongImage(image: string): Pick<FoundKong, 'edition' | 'version' | 'image'> {
  const isOfficial = /^(?:docker\.io\/)?(?:library\/)?(?:kong|kong\/kong|kong\/kong-gateway)(?::|@|$)/.test(
    image,
  );
  const version = /:([0-9]+(?:\.[0-9]+)+)/.exec(image)?.[1];
  return {
    edition: image.includes('kong-gateway') ? 'enterprise' : 'oss',
    ...(version === undefined ? {} : { version }),
    ...(isOfficial || image === '' ? {} : { image }),
  };
}

function postgresVersion(image: string): string | undefined {
  return /(?:^|\/)postgres(?:ql)?:([0-9]+)/.exec(image)?.[1];
}

/** With the default of each variable that it names. */
function imageOf({ image }: Service): string {
  return typeof image === 'string' ? image.replace(/\$\{\w+(?::?-([^}]*))?\}/g, '$1') : '';
}

function replicasOf({ scale, deploy }: Service): number {
  const said = isObject(deploy) ? (deploy.replicas ?? scale) : scale;
  return typeof said === 'number' && said >= 1 ? said : 1;
}

/** What `KONG_…` variables say, named as in kong.conf. */
function settingsOf({ environment }: Service): Readonly<Record<string, unknown>> {
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(environment)
    ? environment.map((line: unknown) => keyAndValue(String(line)))
    : Object.entries(isObject(environment) ? environment : {});
  return Object.fromEntries(
    pairs
      .filter(([name]) => name.startsWith('KONG_'))
      .map(([name, value]) => [name.slice('KONG_'.length).toLowerCase(), value] as const),
  );
}

function keyAndValue(line: string): readonly [string, string] {
  const place = line.indexOf('=');
  return place === -1 ? [line, ''] : [line.slice(0, place), line.slice(place + 1)];
}

function workersIn({
  nginx_worker_processes: said,
}: Readonly<Record<string, unknown>>): Pick<FoundKong, 'workers'> {
  const workers = Number(said);
  return Number.isInteger(workers) && workers >= 1 && workers <= 16 ? { workers } : {};
}
