/** Whether a Docker engine answers, asked without loading a client library. */
import { request } from 'node:http';
import { findProgram, runCommand } from './command.js';
import type { Environment } from './environment.js';
import { messageOf } from '../model/drill-error.js';

export type DockerAnswer =
  | { readonly answers: true; readonly version: string; readonly apiVersion: string }
  | { readonly answers: false; readonly reason: string; readonly refusal?: DockerRefusal };

/** What stands in the way to a socket, by the error of the system: in few words, where clients use two hundred characters. */
export const dockerRefusals = {
  EACCES: 'this user may not use it',
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nothing listens there',
} as const;
export type DockerRefusal = keyof typeof dockerRefusals;

const limitMs = 5_000;
const usualSocket = '/var/run/docker.sock';

/** Asks through the `docker` program, which knows contexts and certificates; without it, the socket itself. Never throws. */
export async function askDocker(environment: Environment): Promise<DockerAnswer> {
  const program = findProgram('docker', environment.PATH ?? '');
  const text = program === undefined ? await askSocket(environment) : await askProgram(program, environment);
  return 'reason' in text ? refused(text.reason) : versionIn(text.json);
}

function refused(reason: string): DockerAnswer {
  const [refusal] = refusalsInWords.find(([, words]) => words.test(reason)) ?? [];
  if (refusal === undefined) return { answers: false, reason };
  const [socket] = /(?:unix:\/)?\/[^\s:;,"]+/.exec(reason) ?? [];
  const where = socket === undefined ? '' : ` (${socket})`;
  return { answers: false, reason: `${dockerRefusals[refusal]}${where}`, refusal };
}

const refusalsInWords: readonly (readonly [DockerRefusal, RegExp])[] = [
  ['EACCES', /EACCES|permission denied/i],
  ['ENOENT', /ENOENT|no such file or directory/i],
  ['ECONNREFUSED', /ECONNREFUSED|connection refused/i],
];

/** The registry's digest of an image on the engine, else its id; `undefined` where it is not there, or nobody can be asked. */
export async function digestOfImage(image: string, env: Environment): Promise<string | undefined> {
  const program = findProgram('docker', env.PATH ?? '');
  if (program === undefined) return undefined;
  const format = '{{if .RepoDigests}}{{index .RepoDigests 0}}{{else}}{{.Id}}{{end}}';
  const said = await runCommand([program, 'image', 'inspect', '--format', format, image], { env, limitMs });
  return said.ok ? said.stdout.trim().replace(/^.*@/, '') : undefined;
}

type Text = { readonly json: string } | { readonly reason: string };

async function askProgram(program: string, env: Environment): Promise<Text> {
  const said = await runCommand([program, 'version', '--format', '{{json .Server}}'], { env, limitMs });
  return said.ok ? { json: said.stdout } : { reason: firstLine(said.stderr) || said.failure };
}

async function askSocket({ DOCKER_HOST }: Environment): Promise<Text> {
  if (DOCKER_HOST !== undefined && !DOCKER_HOST.startsWith('unix://')) {
    return { reason: `no docker program on PATH, which is needed to ask ${DOCKER_HOST}` };
  }
  const socketPath = DOCKER_HOST?.slice('unix://'.length) ?? usualSocket;
  return await new Promise<Text>((resolve) => {
    const fail = (error: unknown) => resolve({ reason: messageOf(error) });
    const asked = request(
      { socketPath, path: '/version', signal: AbortSignal.timeout(limitMs) },
      (answer) => {
        let json = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => (json += part));
        answer.on('end', () => resolve({ json }));
        answer.on('error', fail);
      },
    );
    asked.on('error', fail);
    asked.end();
  });
}

function versionIn(json: string): DockerAnswer {
  try {
    const said = JSON.parse(json) as { Version?: unknown; ApiVersion?: unknown; APIVersion?: unknown } | null;
    const apiVersion = said?.ApiVersion ?? said?.APIVersion;
    if (typeof said?.Version === 'string' && typeof apiVersion === 'string') {
      return { answers: true, version: said.Version, apiVersion };
    }
  } catch {
    // Not JSON: said below.
  }
  return { answers: false, reason: `expected a version, got ${JSON.stringify(json.slice(0, 100))}` };
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
