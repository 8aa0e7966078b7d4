/** Kong nodes, each a container with a fixed address, and `kong migrations` as a container for one command. */
import { isAbsolute, join } from 'node:path';
import { DrillError, messageOf } from '../../model/drill-error.js';
import type { CommandResult } from '../../system/command.js';
import { http } from '../../system/http.js';
import type { Environment } from '../../system/environment.js';
import type { KongNode } from '../engine.js';
import { adminHeaders } from '../enterprise.js';
import { untilAnswering } from './answering.js';
import { remove, restart, startContainer } from './container.js';
import type { Container } from './container.js';
import type { ContainerSpec } from './container-spec.js';
import { commonOf, kongPorts, onInside } from './context.js';
import type { LabContext } from './context.js';
import { execIn } from './exec.js';
import { holderOf } from './holder.js';
import type { LabImage } from './images.js';
import { kongEnvironment } from './kong-environment.js';
import type { Relay } from './relay.js';
import { httpGreeting, stateOf } from './state.js';
import { itemsOf } from '../../system/tar.js';
import type { TarItem } from '../../system/tar.js';
import { tarStream } from './transfer.js';

const startLimitMs = 60_000;
const reloadLimitMs = 60_000;
/** What Docker itself gives a container. */
const graceSeconds = 10;

export function kongNode(
  context: LabContext,
  relay: Relay,
  node: number,
  environment: Environment,
): KongNode {
  const name = `kong-${node}`;
  const address = context.addresses.kong(node);
  const urlOf = (scheme: string, port: string): string =>
    `${scheme}://${relay.host}:${relay.port(`${name}-${port}`)}`;
  const adminUrl = urlOf('http', 'admin');
  const holder = holderOf(name, graceSeconds);
  let made = 0;
  const lose = async (signal: AbortSignal): Promise<void> => {
    const held = holder.held();
    if (held) await remove(held, signal);
  };

  return {
    ...holder,
    name,
    proxyUrl: urlOf('http', 'proxy'),
    proxyTlsUrl: urlOf('https', 'proxy-tls'),
    adminUrl,
    adminHeaders: adminHeaders(context.spec.topology.kong, environment),
    provision: async ({ version }, signal) => {
      await lose(signal);
      made += 1;
      const image = await context.image('kong', version);
      const spec = {
        ...(await kongSpec(context, image, environment)),
        ...commonOf(context, name),
        name: `${context.prefix}-${name}-${made}`,
        hostname: name,
        network: onInside(context, address, [name]),
        ...nodeCommand(image),
      };
      const container = await startContainer(context.docker, spec, signal);
      holder.hold(container);
      await untilListening(context, container, adminUrl, signal);
    },
    start: async (signal) => {
      await restart(holder.current(), signal);
      await untilListening(context, holder.current(), adminUrl, signal);
    },
    lose,
    state: (signal) => {
      const target = `${address}:${kongPorts.admin}`;
      const watched = { container: holder.held(), target, greeting: httpGreeting };
      return stateOf(context.docker, relay, watched, signal);
    },
    reload: (signal): Promise<CommandResult> =>
      execIn(holder.current(), { command: ['kong', 'reload'], limitMs: reloadLimitMs, signal }),
  };
}

/** What all containers of Kong have in common, whether they serve or migrate. */
export async function kongSpec(
  context: LabContext,
  image: LabImage,
  environment: Environment,
): Promise<ContainerSpec> {
  const { kong } = context.spec.topology;
  const items = await filesOf(context);
  return {
    ...commonOf(context, 'kong'),
    name: `${context.prefix}-kong`,
    image,
    env: kongEnvironment(kong, {
      access: context.access,
      resolver: context.addresses.resolver,
      environment,
      standIn: context.spec.readiness.rehearsal,
    }),
    ...(items.length > 0 ? { archives: [{ tar: tarStream(items), target: '/' }] } : {}),
  };
}

/** The words that make an image run `kong` with these arguments, whatever its entrypoint. */
export function kongCommand(image: LabImage, args: readonly string[]): readonly string[] {
  const entry = image.entrypoint.at(-1) ?? '';
  return /(?:^|\/)kong$/.test(entry) ? args : ['kong', ...args];
}

/** An image that starts Kong does it its own way; any other gets the command. */
function nodeCommand(image: LabImage): Pick<ContainerSpec, 'command'> {
  const own = [...image.entrypoint, ...image.command].some((word) => word.includes('kong'));
  return own && image.command.length > 0 ? {} : { command: kongCommand(image, ['start']) };
}

async function filesOf({ spec }: LabContext): Promise<readonly TarItem[]> {
  const files = Object.entries(spec.topology.kong.files);
  const packed = await Promise.all(
    files.map(([inside, file]) => filesAt(inside, join(spec.drillFolder, file))),
  );
  return packed.flat();
}

async function filesAt(inside: string, file: string): Promise<readonly TarItem[]> {
  if (!isAbsolute(inside))
    throw new DrillError(
      'usage',
      `topology.kong.files: expected an absolute path in Kong, got ${inside}`,
      'begin it with /',
    );
  const items = await itemsOf(file, inside.slice(1)).catch((error: unknown) => {
    throw new DrillError(
      'usage',
      `topology.kong.files: ${inside} cannot be read from ${file}: ${messageOf(error)}`,
      'paths are relative to the drill file',
    );
  });
  // Kong runs as a user of its own.
  return items.map((item) => ('folder' in item ? item : { ...item, mode: (item.mode ?? 0o644) | 0o444 }));
}

/** Returns when the Admin API answers anything at all: whether Kong serves is for the probes to say. */
function untilListening(
  { clock }: LabContext,
  container: Container,
  adminUrl: string,
  signal: AbortSignal,
): Promise<void> {
  const ask = () => http({ url: `${adminUrl}/status`, limitMs: 2_000, signal });
  return untilAnswering(container, ask, { clock, limitMs: startLimitMs, signal });
}
