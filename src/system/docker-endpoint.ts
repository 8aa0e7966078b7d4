/**
 * Which Docker engine is meant. As the `docker` program has it: DOCKER_HOST, DOCKER_CONTEXT, the context in use, the usual socket; with
 * the file of testcontainers in its place: `tc.host` ahead of all, `docker.host` ahead of other files.
 */
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { currentContext, dockerContext } from './docker-context.js';
import type { Environment } from './environment.js';
import { codeOf, textIn } from './files.js';

export interface DockerEndpoint {
  /** `unix:///path` or `tcp://host:port`. */
  readonly host: string;
  /** Who named it; absent where nobody did, and it was looked for. */
  readonly named?: Naming;
  readonly tls?: DockerTls;
}

interface Naming {
  /** `DOCKER_HOST`, `the Docker context "colima"`. */
  readonly by: string;
  /** What to do where it is not the right one. */
  readonly correction: string;
}

export interface DockerTls {
  readonly folder: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const connectLimitMs = 2_000;
const defaultPort = { plain: '2375', tls: '2376' } as const;

/** @throws DrillError `engine` where what names it is broken, or names an engine that cannot be used. */
export async function dockerEndpoint(environment: Environment): Promise<DockerEndpoint> {
  const properties = await propertiesIn(propertiesFile(environment));
  const named = nameOf(environment, properties);
  if (named !== undefined) return endpointAt(named);
  const configFolder = configFolderOf(environment);
  const asked = filled(environment.DOCKER_CONTEXT);
  const context = asked ?? (await currentContext(configFolder));
  if (context === undefined || context === 'default') return { host: await usualHost(environment) };
  const { host, certFolder } = await dockerContext(context, configFolder);
  return endpointAt({
    host,
    certFolder,
    by: `the Docker context "${context}"`,
    correction: asked ? 'correct or unset DOCKER_CONTEXT' : 'choose another: docker context use NAME',
  });
}

interface Named extends Naming {
  readonly host: string;
  readonly certFolder?: string | undefined;
}

/** By an address; contexts come after it. */
function nameOf(environment: Environment, properties: ReadonlyMap<string, string>): Named | undefined {
  const file = propertiesFile(environment);
  const inFile = (key: string) => ({ by: `${key} in ${file}`, correction: `correct ${key} in ${file}` });
  const tcHost = properties.get('tc.host');
  if (tcHost) return { host: tcHost, ...inFile('tc.host') };
  const certFolder = certFolderOf(environment, properties);
  const { DOCKER_HOST, DOCKER_CONTEXT } = environment;
  if (DOCKER_HOST)
    return { host: DOCKER_HOST, certFolder, by: 'DOCKER_HOST', correction: 'correct or unset DOCKER_HOST' };
  const dockerHost = properties.get('docker.host');
  if (dockerHost && (!DOCKER_CONTEXT || DOCKER_CONTEXT === 'default'))
    return { host: dockerHost, certFolder, ...inFile('docker.host') };
  return undefined;
}

/** Where TLS is asked for; as with the `docker` program, by any text but none. */
function certFolderOf(environment: Environment, properties: ReadonlyMap<string, string>): string | undefined {
  const { DOCKER_TLS_VERIFY, DOCKER_CERT_PATH } = environment;
  const isAsked =
    DOCKER_TLS_VERIFY === undefined ? properties.get('docker.tls.verify') === '1' : DOCKER_TLS_VERIFY !== '';
  if (!isAsked) return undefined;
  return filled(DOCKER_CERT_PATH) ?? properties.get('docker.cert.path') ?? configFolderOf(environment);
}

async function endpointAt({ host, certFolder, ...naming }: Named): Promise<DockerEndpoint> {
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url?.protocol === 'ssh:') throw overSsh(url, naming);
  if (/^unix:\/\/\/./.test(host)) return { host, named: naming };
  if (!url || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new DrillError(
      'engine',
      `${naming.by}: expected unix:///path or tcp://host:port, got ${host}`,
      naming.correction,
    );
  const tls = certFolder === undefined ? undefined : await tlsIn(certFolder, naming);
  const port = url.port || (tls ? defaultPort.tls : defaultPort.plain);
  return { host: `tcp://${url.hostname}:${port}`, named: naming, ...(tls && { tls }) };
}

function overSsh({ username, hostname }: URL, { by }: Naming): DrillError {
  const account = username ? `${username}@${hostname}` : hostname;
  return new DrillError(
    'engine',
    `${by} names an engine over ssh (${account}), which is not supported`,
    `run kong-drill on ${hostname}; or forward its socket, ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock ${account}, ` +
      `and set DOCKER_HOST=unix:///tmp/docker.sock and TESTCONTAINERS_HOST_OVERRIDE=${hostname}`,
  );
}

async function tlsIn(folder: string, { by }: Naming): Promise<DockerTls> {
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(join(folder, name), 'utf8');
    } catch (error) {
      const why = codeOf(error) === 'ENOENT' ? `there is no ${name}` : messageOf(error);
      throw new DrillError(
        'engine',
        `TLS to the engine of ${by}: expected ca.pem, cert.pem and key.pem in ${folder}; ${why}`,
        by === 'DOCKER_HOST'
          ? 'correct DOCKER_CERT_PATH, or unset DOCKER_TLS_VERIFY where the engine speaks no TLS'
          : 'put the three files there',
      );
    }
  };
  return { folder, ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') };
}

/** Of the sockets that testcontainers looks for, the first that somebody listens at; else the usual one. */
async function usualHost({ HOME = homedir(), XDG_RUNTIME_DIR }: Environment): Promise<string> {
  const usual = '/var/run/docker.sock';
  const sockets = [
    usual,
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'docker.sock')] : []),
    join(HOME, '.docker', 'run', 'docker.sock'),
    join(HOME, '.docker', 'desktop', 'docker.sock'),
    ...(process.getuid ? [`/run/user/${process.getuid()}/docker.sock`] : []),
  ];
  for (const socket of sockets) if (await isListening(socket)) return `unix://${socket}`;
  return `unix://${usual}`;
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.setTimeout(connectLimitMs, () => socket.destroy(new Error('no answer')));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function configFolderOf({ DOCKER_CONFIG, HOME = homedir() }: Environment): string {
  return filled(DOCKER_CONFIG) ?? join(HOME, '.docker');
}

/** An empty variable is as good as none, for the `docker` program too. */
function filled(variable: string | undefined): string | undefined {
  return variable === '' ? undefined : variable;
}

function propertiesFile({ HOME = homedir() }: Environment): string {
  return join(HOME, '.testcontainers.properties');
}

async function propertiesIn(file: string): Promise<ReadonlyMap<string, string>> {
  const lines = ((await textIn(file)) ?? '').split('\n').map((line) => /^([^#!=]+)=(.*)$/.exec(line.trim()));
  return new Map(lines.flatMap((found) => (found ? [[found[1]?.trim() ?? '', found[2]?.trim() ?? '']] : [])));
}
