/** The files of `docker context create` and `docker context use`, for tests that have no `docker` program. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly 'ca.pem': string;
  readonly 'cert.pem': string;
  readonly 'key.pem': string;
}

/** Name → address; `current` is the one in use. */
export async function writeContexts(
  configFolder: string,
  hosts: Readonly<Record<string, string>>,
  current?: string,
): Promise<void> {
  for (const [Name, Host] of Object.entries(hosts))
    await writeMeta(
      configFolder,
      Name,
      JSON.stringify({ Name, Metadata: {}, Endpoints: { docker: { Host, SkipTLSVerify: false } } }),
    );
  await mkdir(configFolder, { recursive: true });
  await writeFile(join(configFolder, 'config.json'), JSON.stringify({ auths: {}, currentContext: current }));
}

/** @returns the file. */
export async function writeMeta(configFolder: string, name: string, meta: string): Promise<string> {
  const folder = join(configFolder, 'contexts', 'meta', idOf(name));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'meta.json'), meta);
  return join(folder, 'meta.json');
}

/** @returns the folder. */
export async function writeContextTls(
  configFolder: string,
  name: string,
  files: Partial<CertificateFiles>,
): Promise<string> {
  const folder = join(configFolder, 'contexts', 'tls', idOf(name), 'docker');
  await writeCertificates(folder, files);
  return folder;
}

export async function writeCertificates(folder: string, files: Partial<CertificateFiles>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}

const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');
