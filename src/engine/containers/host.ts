/** What times in containers depend on besides the runner's own machine. */
import { asked } from './docker.js';
import type { Docker } from './docker.js';

/** The machine that Docker runs on, which may be another one. */
export async function hostOf(
  { api }: Pick<Docker, 'api'>,
  signal: AbortSignal,
): Promise<Record<string, string | number>> {
  const info = (await asked('tell about its host', api.info(), signal)) as Partial<DockerInfo>;
  const facts = {
    dockerStorageDriver: info.Driver,
    dockerCores: info.NCPU,
    dockerMemoryBytes: info.MemTotal,
    dockerCgroup: info.CgroupVersion,
  };
  const known = Object.entries(facts).filter(
    (entry): entry is [string, string | number] => entry[1] !== undefined,
  );
  return Object.fromEntries(known);
}

interface DockerInfo {
  readonly Driver: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly CgroupVersion: string;
}
