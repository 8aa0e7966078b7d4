/** What is so, asked of Docker and by connecting inside the network: a published port proves nothing. */
import type { Evidence } from '../../model/journal.js';
import type { ComponentState } from '../engine.js';
import { inspect } from './container.js';
import type { Container, Inspected } from './container.js';
import { asked, isMissing } from './docker.js';
import type { Docker } from './docker.js';
import type { Relay } from './relay.js';

export interface Watched {
  /** `undefined` while there is none. */
  readonly container: Container | undefined;
  /** Its named volume; without one, its data is the container's own. */
  readonly volume?: string;
  /** `address:port` inside the network, and what to say there. */
  readonly target: string;
  readonly greeting: Buffer;
}

/** Postgres answers this with one byte, whatever its settings: the request for TLS. */
export const postgresGreeting = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
export const httpGreeting = Buffer.from('GET /status HTTP/1.0\r\n\r\n');

export async function stateOf(
  docker: Docker,
  relay: Relay,
  watched: Watched,
  signal: AbortSignal,
): Promise<ComponentState> {
  const { container, volume, target, greeting } = watched;
  const [found, volumePresent, probe] = await Promise.all([
    container ? inspect(container, signal) : undefined,
    volume === undefined ? undefined : hasVolume(docker, volume, signal),
    relay.probe(target, greeting, signal),
  ]);
  const running = found?.running ?? false;
  const frozen = found?.paused ?? false;
  const evidence: Evidence[] = [
    {
      source: `docker inspect ${container?.name ?? '(never made)'}`,
      observed: wordsOf(found),
      confirms: !running || frozen,
    },
    { source: `connect to ${target} inside the lab`, observed: probe.seen, confirms: !probe.answered },
  ];
  if (volume !== undefined)
    evidence.push({
      source: `docker volume inspect ${volume}`,
      observed: volumePresent ? 'present' : 'no such volume',
      confirms: !volumePresent,
    });
  return { running, frozen, dataPresent: volumePresent ?? found !== undefined, evidence };
}

export async function hasVolume(docker: Docker, name: string, signal: AbortSignal): Promise<boolean> {
  const answer = docker.api
    .getVolume(name)
    .inspect()
    .then(() => true)
    .catch((error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    });
  return asked(`inspect the volume ${name}`, answer, signal);
}

function wordsOf(found: Inspected | undefined): string {
  if (!found) return 'no such container';
  if (found.running) return found.status;
  return `${found.status}, exit code ${found.exitCode}, ended ${found.finishedAt}`;
}
