/** Whether a Docker engine answers, asked without loading a client library; and why not, with what to do. */
import { request as askPlainly } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as askOverTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { DrillError } from '../model/drill-error.js';
import { dockerEndpoint } from './docker-endpoint.js';
import type { DockerEndpoint } from './docker-endpoint.js';
import { whyRefused } from './docker-refusal.js';
import type { Environment } from './environment.js';

export type DockerAnswer =
  | {
      readonly answers: true;
      readonly version: string;
      readonly apiVersion: string;
      readonly endpoint: DockerEndpoint;
    }
  | {
      readonly answers: false;
      /** What is wrong, and where; the hint is what to do. */
      readonly error: DrillError;
      /** Nobody named an engine, and there is none. */
      readonly isAbsent: boolean;
    };

const limitMs = 5_000;
const [leastMajor, leastMinor] = [1, 41];
/** Of Docker 20.10. */
export const leastApi = `${leastMajor}.${leastMinor}`;

/** Never throws. */
export async function askDocker(environment: Environment, waitMs: number = limitMs): Promise<DockerAnswer> {
  try {
    return await askAt(await dockerEndpoint(environment), waitMs);
  } catch (error) {
    if (error instanceof DrillError) return { answers: false, error, isAbsent: false };
    throw error;
  }
}

async function askAt(endpoint: DockerEndpoint, waitMs: number): Promise<DockerAnswer> {
  try {
    const version = versionIn(await get(endpoint, '/version', waitMs));
    return { answers: true, ...version, endpoint };
  } catch (error) {
    const { reason, remedy, isAbsent } = whyRefused(error, endpoint);
    return { answers: false, error: noEngine(endpoint, reason, remedy), isAbsent };
  }
}

/** Whether an engine of this API can run a lab. */
export function isNewEnough(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** In the same words wherever it is found out. */
export function noEngine({ host, named }: DockerEndpoint, reason: string, remedy: string): DrillError {
  const by = named === undefined ? '' : ` (${named.by})`;
  return new DrillError('engine', `no Docker engine at ${host}${by}: ${reason}`, remedy);
}

/** The registry's digest of an image on the engine, else its id; `undefined` where it is not there, or nobody can be asked. */
export async function digestOfImage(image: string, endpoint: DockerEndpoint): Promise<string | undefined> {
  const said = await get(endpoint, `/images/${encodeURI(image)}/json`, limitMs).catch(() => '{}');
  const { RepoDigests, Id } = JSON.parse(said) as { RepoDigests?: readonly string[] | null; Id?: string };
  return (RepoDigests?.[0] ?? Id)?.replace(/^.*@/, '');
}

/** @throws what stood in the way: an error of the system or of TLS, or the answer where it was no success. */
async function get({ host, tls }: DockerEndpoint, path: string, waitMs: number): Promise<string> {
  const where = host.startsWith('unix://') ? { socketPath: host.slice('unix://'.length) } : addressOf(host);
  const options = { ...where, path, agent: false, signal: AbortSignal.timeout(waitMs) };
  const answer = await asked({ ...options, ...tls }, tls === undefined ? askPlainly : askOverTls);
  const said = await text(answer);
  if (answer.statusCode === 200) return said;
  throw new Error(`it answered HTTP ${answer.statusCode ?? ''}: ${said.trim()}`);
}

function asked(options: RequestOptions, ask: typeof askPlainly): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => ask(options, resolve).on('error', reject).end());
}

function addressOf(host: string): { host: string; port: string } {
  const { hostname, port } = new URL(host);
  return { host: hostname.replace(/^\[|\]$/g, ''), port };
}

function versionIn(json: string): { version: string; apiVersion: string } {
  try {
    const said = JSON.parse(json) as { Version?: unknown; ApiVersion?: unknown } | null;
    if (typeof said?.Version === 'string' && typeof said.ApiVersion === 'string')
      return { version: said.Version, apiVersion: said.ApiVersion };
  } catch {
    // Not JSON: said below.
  }
  throw new Error(`it is no Docker engine: expected a version, got ${JSON.stringify(json.slice(0, 100))}`);
}
