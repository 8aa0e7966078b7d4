/** What the containers engine keeps between its calls: the connection, and the images that it found. */
import type { PulledImage } from '../../model/journal.js';
import type { Topology } from '../../model/plan.js';
import { systemClock } from '../../system/clock.js';
import { environment as ownEnvironment } from '../../system/environment.js';
import type { DeckChoice } from './deck.js';
import { asked, connectDocker } from './docker.js';
import type { Docker } from './docker.js';
import type { ImageChoice, NamingOptions } from './image-names.js';
import { findImage } from './images.js';
import type { LabImage } from './images.js';
import type { ContainersOptions } from './options.js';

const findLimitMs = 3_600_000;

export interface EngineState {
  readonly naming: NamingOptions;
  readonly pull: boolean;
  readonly progress: (line: string) => void;
  readonly docker: (signal?: AbortSignal) => Promise<Docker>;
  /** Images once found stay the same for the whole run, even if a tag moves. */
  readonly image: (choice: ImageChoice, signal?: AbortSignal) => Promise<LabImage>;
  /** What was pulled since `prepare` last told of it. */
  readonly pulled: PulledImage[];
  /** What `prepare` found for a topology. */
  readonly prepared: Map<string, Prepared>;
}

export interface Prepared {
  readonly toolsVersion: string;
  readonly deck: DeckChoice | undefined;
}

export const keyOf = (topology: Topology): string => JSON.stringify(topology);

export function engineState(options: ContainersOptions): EngineState {
  const environment = options.environment ?? ownEnvironment();
  const clock = options.clock ?? systemClock();
  const pull = options.pull ?? true;
  const progress = options.progress ?? (() => undefined);
  const images = new Map<string, Promise<LabImage>>();
  const pulled: PulledImage[] = [];
  let connected: Promise<Docker> | undefined;
  const docker: EngineState['docker'] = (signal) => {
    connected ??= connectDocker({ environment, clock, pull, progress });
    return asked('be reached', connected, signal);
  };

  const image: EngineState['image'] = (choice, signal = AbortSignal.timeout(findLimitMs)) => {
    const key = `${choice.role} ${choice.image}`;
    const known = images.get(key);
    if (known) return known;
    const onPulled = (one: PulledImage) => void pulled.push(one);
    const access = { pull, progress, clock, onPulled, signal };
    const found = docker(signal).then((at) => findImage(choice, { ...access, docker: at }));
    images.set(key, found);
    found.catch(() => images.delete(key));
    return found;
  };
  const { images: named, registry } = options;
  const naming = { environment, ...(named ? { images: named } : {}), ...(registry ? { registry } : {}) };
  return { naming, pull, progress, docker, image, pulled, prepared: new Map() };
}
