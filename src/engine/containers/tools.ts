/** Tools against the lab, from inside its network: Postgres's programs in the toolbox, decK in its own image or from PATH, Kong once. */
import { rm } from 'node:fs/promises';
import { DrillError } from '../../model/drill-error.js';
import { runCommand } from '../../system/command.js';
import type { CommandResult } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';
import { randomHex } from '../../system/random.js';
import type { PostgresConnection } from '../../system/sql.js';
import type { KongNode, SeenByTool, ToolCall } from '../engine.js';
import { deckEnvironment, deckTarget, postgresVariables } from '../lab-environment.js';
import type { Container } from './container.js';
import { commonOf, kongPorts, onInside, postgresPort } from './context.js';
import type { LabContext } from './context.js';
import { execIn } from './exec.js';
import { kongCommand, kongSpec } from './kong.js';
import { postgresName } from './kong-environment.js';
import type { DeckSource } from './deck.js';
import { deckCommand } from './deck.js';
import { runOnce } from './one-shot.js';
import { fetchFrom, packedFiles, placesOf, putInto } from './transfer.js';
import type { Places } from './transfer.js';

export interface ToolRoom {
  readonly context: LabContext;
  readonly environment: Environment;
  readonly toolbox: Container;
  readonly deck: DeckSource | undefined;
  readonly nodes: readonly KongNode[];
  /** As the runner reaches it. */
  readonly postgres: PostgresConnection;
}

/** @throws the signal's reason; DrillError `engine` where the tool cannot be had. */
export async function runTool(room: ToolRoom, call: ToolCall): Promise<CommandResult> {
  if (call.tool === 'deck' && room.deck?.kind === 'program') return runHere(room, call, room.deck.program);
  const reads = call.reads ?? [];
  const writes = call.writes ?? [];
  const places = placesOf(randomHex(4), [...reads, ...writes]);
  const args = call.args(seenInside(room.context, places));
  const inside = call.runsIn === undefined ? {} : { workingFolder: places.inside(call.runsIn) };
  const use: Use = { call, args, places, reads, writes, ...inside };
  if (call.tool === 'kong') return runKong(room, use);
  if (call.tool === 'deck') return runDeck(room, withVariables(use, deckVariables(room)));
  return runIn(room.toolbox, withVariables(use, postgresVariables(postgresInside(room.context))), [
    call.tool,
    ...args,
  ]);
}

interface Use {
  readonly call: ToolCall;
  readonly args: readonly string[];
  readonly places: Places;
  /** The tool's current folder inside. */
  readonly workingFolder?: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

function withVariables(use: Use, variables: Readonly<Record<string, string>>): Use {
  return { ...use, call: { ...use.call, env: { ...variables, ...use.call.env } } };
}

/** The user's own `DECK_…` variables, which decK files may refer to, and the first node as decK sees it. */
function deckVariables({ context, environment, nodes }: ToolRoom): Record<string, string> {
  const own = Object.entries(deckEnvironment(environment, '/tmp')).filter(([name]) =>
    name.startsWith('DECK_'),
  );
  const adminUrl = seenInside(context, placesOf('', [])).adminUrl();
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    ...deckTarget(adminUrl, nodes[0]?.adminHeaders),
  };
}

async function runIn(container: Container, use: Use, command: readonly string[]): Promise<CommandResult> {
  const { limitMs, signal, env = {} } = use.call;
  if (hasFiles(use)) await putInto(container, await packedFiles(use), '/', signal);
  const result = await execIn(container, { command, env, limitMs, signal, ...workingFolderOf(use) });
  await fetchWrites(container, use);
  return { ...result, command: [use.call.tool, ...use.args] };
}

async function runDeck({ context, deck }: ToolRoom, use: Use): Promise<CommandResult> {
  if (deck?.kind === 'container') return runIn(deck.container, use, [deck.program, ...use.args]);
  if (deck?.kind !== 'image')
    throw new DrillError('engine', 'decK is not at hand', 'name an image: --image deck=IMAGE');
  return runOneShot(context, use, {
    ...commonOf(context, 'deck'),
    name: `${context.prefix}-deck-${randomHex(3)}`,
    image: deck.image,
    ...deckCommand(deck.image, use.args),
    env: use.call.env ?? {},
    user: '0',
  });
}

async function runKong({ context, environment }: ToolRoom, use: Use): Promise<CommandResult> {
  const image = await context.image('kong', use.call.version);
  const spec = await kongSpec(context, image, environment);
  return runOneShot(context, use, {
    ...spec,
    role: `kong-${use.args[0] ?? 'tool'}`,
    name: `${context.prefix}-kong-tool-${randomHex(3)}`,
    command: kongCommand(image, use.args),
    env: { ...spec.env, ...use.call.env },
  });
}

async function runOneShot(
  context: LabContext,
  use: Use,
  spec: Parameters<typeof runOnce>[1],
): Promise<CommandResult> {
  const { call } = use;
  const archives = hasFiles(use) ? [{ tar: await packedFiles(use), target: '/' }] : [];
  return runOnce(
    context.docker,
    {
      ...spec,
      ...workingFolderOf(use),
      network: onInside(context, undefined, []),
      archives: [...(spec.archives ?? []), ...archives],
    },
    {
      shown: [call.tool, ...use.args],
      limitMs: call.limitMs,
      signal: call.signal,
      fetch: (container) => fetchWrites(container, use),
    },
  );
}

function hasFiles({ reads, writes }: Use): boolean {
  return reads.length + writes.length > 0;
}

function workingFolderOf({ workingFolder }: Use): Pick<Use, 'workingFolder'> {
  return workingFolder === undefined ? {} : { workingFolder };
}

/** decK from PATH runs on the runner's machine and sees the lab as the runner does. */
async function runHere(room: ToolRoom, call: ToolCall, program: string): Promise<CommandResult> {
  const seen: SeenByTool = {
    path: (file) => file,
    postgres: room.postgres,
    adminUrl: (node = 1) => nodeOf(room, node).adminUrl,
  };
  const args = call.args(seen);
  const env = {
    ...deckEnvironment(room.environment, room.context.spec.logFolder),
    ...deckTarget(seen.adminUrl(), room.nodes[0]?.adminHeaders),
    ...call.env,
    ...room.context.spec.marks,
  };
  const { limitMs, signal, runsIn } = call;
  const options = { limitMs, signal, env, ...(runsIn === undefined ? {} : { cwd: runsIn }) };
  const result = await runCommand([program, ...args], options);
  return { ...result, command: [call.tool, ...args] };
}

function nodeOf({ nodes }: ToolRoom, node: number): KongNode {
  const found = nodes[node - 1];
  if (found) return found;
  throw new DrillError(
    'internal',
    `expected one of ${nodes.length} Kong nodes, got ${node}`,
    'report this as a defect',
  );
}

async function fetchWrites(container: Container, { call, places, writes }: Use): Promise<void> {
  for (const file of writes) {
    await rm(file, { recursive: true, force: true });
    await fetchFrom(container, places.inside(file), file, call.signal);
  }
}

function postgresInside({ access }: Pick<LabContext, 'access'>): PostgresConnection {
  return { host: postgresName, port: postgresPort, ...access };
}

function seenInside({ access, addresses }: LabContext, places: Places): SeenByTool {
  return {
    path: places.inside,
    postgres: postgresInside({ access }),
    adminUrl: (node = 1) => `http://${addresses.kong(node)}:${kongPorts.admin}`,
  };
}
