/** The contexts of the `docker` program, read from its files: one names an engine, and may bring what TLS to it needs. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { codeOf, sha256 } from './files.js';

export interface DockerContext {
  readonly host: string;
  /** The folder with `ca.pem`, `cert.pem` and `key.pem`, where the context has one. */
  readonly certFolder?: string;
}

/** `docker context use NAME` writes it. @returns `undefined` where none was chosen. @throws DrillError `engine` where the file is broken. */
export async function currentContext(configFolder: string): Promise<string | undefined> {
  const file = join(configFolder, 'config.json');
  const config = await jsonIn(file);
  const name = fieldOf(config, 'currentContext');
  if (name === undefined || name === '') return undefined;
  if (typeof name === 'string') return name;
  throw broken(file, 'the name of a context under currentContext', JSON.stringify(name));
}

/** @throws DrillError `engine` where there is no such context, its file is broken, or it cannot be used here. */
export async function dockerContext(name: string, configFolder: string): Promise<DockerContext> {
  const id = sha256(name);
  const file = join(configFolder, 'contexts', 'meta', id, 'meta.json');
  const meta = await jsonIn(file);
  if (meta === undefined)
    throw new DrillError(
      'engine',
      `there is no Docker context "${name}": expected ${file}`,
      'see docker context ls, and choose one: docker context use NAME',
    );
  const endpoint = fieldOf(fieldOf(meta, 'Endpoints'), 'docker');
  const host = fieldOf(endpoint, 'Host');
  if (typeof host !== 'string' || host === '')
    throw broken(file, 'the address of the engine under Endpoints.docker.Host', JSON.stringify(host));
  if (fieldOf(endpoint, 'SkipTLSVerify') === true)
    throw new DrillError(
      'engine',
      `the Docker context "${name}" does not verify the engine (skip-tls-verify), which is not supported`,
      `give it the certificate of its authority: docker context update ${name} --docker host=${host},ca=…,cert=…,key=…`,
    );
  const certFolder = join(configFolder, 'contexts', 'tls', id, 'docker');
  return { host, ...(existsSync(certFolder) && { certFolder }) };
}

/** `undefined` where there is no such file. */
async function jsonIn(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw broken(file, 'a file that this user may read', messageOf(error));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw broken(file, 'JSON', messageOf(error));
  }
}

function broken(file: string, expected: string, got: string): DrillError {
  return new DrillError(
    'engine',
    `${file}: expected ${expected}, got ${got}`,
    'mend that file with the docker program (docker context ls), or name the engine in DOCKER_HOST',
  );
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value ? (Reflect.get(value, name) as unknown) : undefined;
}
