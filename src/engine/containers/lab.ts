/** A lab in containers: networks, relay, resolver, echo, toolbox; Postgres and Kong are started in it later, by whoever opened it. */
import { withLimit } from '../../system/clock.js';
import { runCommand } from '../../system/command.js';
import type { CommandResult } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';
import { randomHex } from '../../system/random.js';
import type { Lab, LabSpec, UserCommand } from '../engine.js';
import { enterpriseSecrets } from '../enterprise.js';
import { userEnvironment } from '../lab-environment.js';
import { removeCase } from './clean.js';
import { kongPorts, postgresPort } from './context.js';
import type { LabContext } from './context.js';
import { startDeck } from './deck.js';
import type { DeckChoice } from './deck.js';
import type { Docker } from './docker.js';
import { kongNode } from './kong.js';
import { postgresName } from './kong-environment.js';
import { labelsOf } from './labels.js';
import { makeFront, makeInside } from './network.js';
import { postgresServer } from './postgres.js';
import { startRelay } from './relay.js';
import type { Forward, Relay } from './relay.js';
import { echoName, echoPort, startEcho, startResolver, startToolbox } from './surroundings.js';
import { runTool } from './tools.js';
import { waysInto } from './ways-in.js';
import type { ToolRoom } from './tools.js';

export interface LabMaterial {
  readonly docker: Docker;
  readonly environment: Environment;
  readonly image: LabContext['image'];
  /** Version of Postgres whose client programs are used: the newest that the plan starts. */
  readonly toolsVersion: string;
  readonly deck: DeckChoice | undefined;
}

const openLimitMs = 120_000;
const disposeLimitMs = 60_000;

/** @throws DrillError `engine`; whatever was started by then is removed first. */
export async function openLab(spec: LabSpec, material: LabMaterial): Promise<Lab> {
  const { docker } = material;
  const dispose = once(() =>
    removeCase(docker, { runId: spec.runId, caseId: spec.caseId }, AbortSignal.timeout(disposeLimitMs)),
  );
  try {
    const room = await startSurroundings(spec, material);
    return {
      postgres: room.server,
      link: room.server.link,
      kong: room.nodes,
      echo: { host: echoName, port: echoPort },
      whyUnreachable: room.relay.whyUnreachable,
      tool: (call) => runTool(room, call),
      command: (call) => runUserCommand(room, call),
      waysIn: () => waysInto(spec, room),
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose().catch(() => undefined);
    throw error;
  }
}

interface Room extends ToolRoom {
  readonly server: ReturnType<typeof postgresServer>;
  readonly relay: Relay;
}

async function startSurroundings(spec: LabSpec, material: LabMaterial): Promise<Room> {
  const signal = withLimit(openLimitMs, spec.signal);
  const { docker, environment } = material;
  const access = { user: 'kong', password: randomHex(16), database: 'kong' };
  spec.onSecret(access.password);
  for (const secret of enterpriseSecrets(spec.topology.kong, environment)) spec.onSecret(secret);

  const prefix = `kong-drill-${wordOf(spec.runId).slice(-12)}-${wordOf(spec.caseId).slice(0, 30)}-${randomHex(3)}`;
  const own = await labelsOf(spec.runId, spec.caseId);
  const labels = spec.mayBeKept === true ? own : { ...docker.reaperLabel, ...own };
  const [{ network, addresses }, front] = await Promise.all([
    makeInside(docker, { name: `${prefix}-inside`, labels, signal }),
    makeFront(docker, { name: `${prefix}-front`, labels, signal }),
  ]);
  const { image } = material;
  const context: LabContext = {
    docker,
    spec,
    clock: spec.clock,
    inside: network,
    addresses,
    labels,
    access,
    prefix,
    image,
  };
  const count = spec.topology.kong.nodes;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const forwards = [
    { name: postgresName, target: `@${postgresName}:${postgresPort}` },
    ...numbers.flatMap((node) => forwardsOf(node, addresses.kong(node))),
  ];
  const [relay, resolver, , toolbox, deck] = await allOrFirstError([
    startRelay(context, front, forwards, signal),
    startResolver(context, signal),
    startEcho(context, signal),
    startToolbox(context, material.toolsVersion, signal),
    material.deck ? startDeck(context, material.deck, signal) : Promise.resolve(undefined),
  ]);
  const nodes = numbers.map((node) => kongNode(context, relay, node, environment));
  const server = postgresServer(context, relay, resolver);
  return { context, environment, relay, toolbox, deck, nodes, server, postgres: server.connection };
}

function forwardsOf(node: number, address: string): Forward[] {
  const to = (name: string, port: number): Forward => ({
    name: `kong-${node}-${name}`,
    target: `${address}:${port}`,
  });
  return [
    to('proxy', kongPorts.proxy),
    to('proxy-tls', kongPorts.proxyTls),
    to('admin', kongPorts.admin),
    to('status', kongPorts.status),
  ];
}

/** The user's own command runs on the runner's machine and sees the first node as the runner does, and no Kong of the user's. */
function runUserCommand(
  { context, environment, nodes, server }: Room,
  call: UserCommand,
): Promise<CommandResult> {
  const { command, ...options } = call;
  const seen = { topology: context.spec.topology, postgres: server, kong: nodes };
  const env = { ...userEnvironment(environment, seen), ...call.env, ...context.spec.marks };
  return runCommand(command, { ...options, env });
}

/** Waits for all, so that nothing is still being started while the lab is taken down; then throws the first error. */
async function allOrFirstError<T extends readonly Promise<unknown>[]>(
  starting: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(starting);
  return Promise.all(starting);
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= act());
}

/** As Docker allows it in names. */
function wordOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
