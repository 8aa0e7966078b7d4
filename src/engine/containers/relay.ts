/** The relay of a lab: its published ports, which stay the same however often what is behind them dies and comes back. */
import { fileURLToPath } from 'node:url';
import { DrillError } from '../../model/drill-error.js';
import { waitFor } from '../../system/clock.js';
import { hear } from '../../system/hear.js';
import { randomHex } from '../../system/random.js';
import type { Lab } from '../engine.js';
import { apiOf, inspect, remove, startContainer, whyStopped } from './container.js';
import type { Container } from './container.js';
import { commonOf } from './context.js';
import type { LabContext } from './context.js';
import { asked } from './docker.js';
import { execIn } from './exec.js';
import { attach } from './network.js';
import type { LabNetwork } from './network.js';
import { itemsOf } from '../../system/tar.js';
import { putInto, tarStream } from './transfer.js';

/** One port that the runner reaches, and what is behind it. */
export interface Forward {
  readonly name: string;
  /** `address:port`, or `@name:port` for an address that `aim` sets. */
  readonly target: string;
}

export interface Relay {
  readonly container: Container;
  /** The address that the runner connects to; 127.0.0.1 unless the engine is on another machine. */
  readonly host: string;
  readonly port: (name: string) => number;
  /** Sets where `@name` leads from now on. */
  aim(name: string, address: string, signal?: AbortSignal): Promise<void>;
  /** See `Lab`. */
  whyUnreachable: Lab['whyUnreachable'];
  /** Connects from inside the network, says something, and waits for an answer. */
  probe(target: string, greeting: Buffer, signal: AbortSignal): Promise<{ answered: boolean; seen: string }>;
}

const firstPort = 10_001;
const helloPort = 10_000;
const probeLimitMs = 500;
const startLimitMs = 15_000;
/** A relay that is new may not be there yet; one that was there gets the time of a busy machine. */
const greetLimitMs = { atFirst: 1_000, later: 5_000 } as const;
const program = '/kong-drill/relay.js';

/** Starts the relay on 127.0.0.1, or where that is not this machine's, on the address by which the engine is known here. */
export async function startRelay(
  context: LabContext,
  front: LabNetwork,
  forwards: readonly Forward[],
  signal: AbortSignal,
): Promise<Relay> {
  const away = context.docker.client.info.containerRuntime.hostIps.find(
    ({ family }) => family === 4,
  )?.address;
  const hosts = [...new Set(['127.0.0.1', ...(away ? [away] : [])])];
  const seen: string[] = [];
  for (const host of hosts) {
    const word = randomHex(8);
    const container = await startOn(context, front, forwards, { host, word, signal });
    const ports = await portsOf(container, forwards.length, signal);
    const greeted = await waitFor(
      () => greet(host, ports.get(helloPort) ?? 0, { word, limitMs: greetLimitMs.atFirst }),
      {
        clock: context.clock,
        limitMs: host === hosts.at(-1) ? startLimitMs : startLimitMs / 3,
        signal,
      },
    );
    if (greeted.done) return relayOf(container, forwards, { host, word, ports });
    if (!(await isRunning(container, signal))) throw await whyStopped(container, undefined);
    seen.push(`${host}: ${greeted.seen}`);
    await remove(container, signal);
  }
  throw new DrillError(
    'engine',
    `the lab's published ports cannot be reached from here (${seen.join('; ')})`,
    'run where ports that Docker publishes can be reached; for an engine elsewhere set TESTCONTAINERS_HOST_OVERRIDE',
  );
}

async function startOn(
  context: LabContext,
  front: LabNetwork,
  forwards: readonly Forward[],
  { host, word, signal }: { readonly host: string; readonly word: string; readonly signal: AbortSignal },
): Promise<Container> {
  const inside = forwards.map((_, at) => firstPort + at);
  const spec = {
    ...commonOf(context, 'relay'),
    name: `${context.prefix}-relay-${word.slice(0, 4)}`,
    image: await context.image('lab'),
    network: { name: front.name },
    entrypoint: ['node', program, 'serve'],
    command: [
      `hello=${helloPort}:${word}`,
      ...forwards.map(({ target }, at) => `${firstPort + at}=${target}`),
    ],
    // It stands in two networks, and must not route between them.
    sysctls: { 'net.ipv4.ip_forward': '0' },
    ports: { address: host, inside: [helloPort, ...inside] },
    archives: [{ tar: tarStream(await itemsOf(programFile('relay'), program.slice(1))), target: '/' }],
    onCreated: (id: string) =>
      attach(context.docker, context.inside, id, { address: context.addresses.relay, aliases: ['relay'] }),
  };
  return startContainer(context.docker, spec, signal);
}

/** A program of `src/lab/programs/`, as compiled. */
export function programFile(name: string): string {
  return fileURLToPath(new URL(`../../lab/programs/${name}.js`, import.meta.url));
}

interface WayIn {
  readonly host: string;
  readonly word: string;
  /** Published, by the port inside. */
  readonly ports: ReadonlyMap<number, number>;
}

function relayOf(container: Container, forwards: readonly Forward[], { host, word, ports }: WayIn): Relay {
  const hello = ports.get(helloPort) ?? 0;
  return {
    container,
    host,
    port: (name) => portFor(name, forwards, ports),
    whyUnreachable: async (signal) => {
      const greeted = await greet(host, hello, { word, limitMs: greetLimitMs.later });
      if (greeted.done) return undefined;
      const found = await inspect(container, signal);
      if (!found?.running) throw await whyStopped(container, found);
      return `the relay of the lab runs, and on ${host}:${hello} there is: ${greeted.seen}`;
    },
    aim: async (name, address, signal) => {
      const items = [{ name: `kong-drill/targets/${name}`, content: `${address}\n` }];
      await putInto(container, tarStream(items), '/', signal);
    },
    probe: async (target, greeting, signal) => {
      const command = ['node', program, 'probe', target, greeting.toString('hex'), String(probeLimitMs)];
      const limitMs = probeLimitMs + 10_000;
      const result = await execIn(container, { command, limitMs, signal, bare: true });
      const seen = result.stdout.trim() || result.stderr.trim() || result.failure;
      return { answered: result.ok, seen };
    },
  };
}

async function portsOf(
  container: Container,
  count: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const found = await asked('inspect relay', apiOf(container).inspect(), signal);
  const inside = [helloPort, ...Array.from({ length: count }, (_, at) => firstPort + at)];
  return new Map(
    inside.map((port) => [port, Number(found.NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort ?? 0)]),
  );
}

function portFor(name: string, forwards: readonly Forward[], ports: ReadonlyMap<number, number>): number {
  const at = forwards.findIndex((forward) => forward.name === name);
  const port = ports.get(firstPort + at);
  if (port) return port;
  throw new DrillError('internal', `the relay has no port for ${name}`, 'report this as a defect');
}

async function isRunning(container: Container, signal: AbortSignal): Promise<boolean> {
  return (await asked('inspect relay', apiOf(container).inspect(), signal)).State.Running;
}

/** A published port proves nothing; only our own relay knows the word. */
async function greet(
  host: string,
  port: number,
  { word, limitMs }: { readonly word: string; readonly limitMs: number },
): Promise<{ done: true; value: undefined } | { done: false; seen: string }> {
  const answer = await hear({ host, port, limitMs });
  if ('seen' in answer) return { done: false, seen: answer.seen };
  return answer.heard.trim() === word
    ? { done: true, value: undefined }
    : { done: false, seen: 'another program answers' };
}
