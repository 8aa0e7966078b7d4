/** What stands around Kong inside the lab's network: the echo behind every name, the resolver that leads there, the toolbox. */
import { DrillError } from '../../model/drill-error.js';
import { postgresName } from './kong-environment.js';
import { startContainer } from './container.js';
import type { Container } from './container.js';
import { commonOf, onInside } from './context.js';
import type { LabContext } from './context.js';
import { execIn } from './exec.js';
import { programFile } from './relay.js';
import { itemsOf } from '../../system/tar.js';
import { putInto, tarStream } from './transfer.js';

export const echoPort = 80;
export const echoName = 'echo.lab';

const resolverPort = 53;
const table = '/kong-drill/table.json';
const renameLimitMs = 10_000;

/** Does nothing until it is stopped; tools are run in it. */
export const idle = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 3600 & wait $!; done'];

export interface Resolver {
  readonly container: Container;
  /** Sets the address that Postgres is found at from now on. */
  setPostgres(address: string, signal: AbortSignal): Promise<void>;
}

export async function startEcho(context: LabContext, signal: AbortSignal): Promise<Container> {
  return startProgram(context, {
    name: 'echo',
    address: context.addresses.echo,
    aliases: ['echo', echoName],
    env: { KONG_DRILL_LISTEN: `0.0.0.0:${echoPort}` },
    signal,
  });
}

export async function startResolver(context: LabContext, opening: AbortSignal): Promise<Resolver> {
  const container = await startProgram(context, {
    name: 'resolver',
    address: context.addresses.resolver,
    aliases: ['resolver'],
    env: { KONG_DRILL_LISTEN: `0.0.0.0:${resolverPort}`, KONG_DRILL_TABLE: table },
    files: { [table]: tableOf(context, {}) },
    signal: opening,
  });
  return {
    container,
    setPostgres: async (address, signal) => {
      const fresh = `${table}.new`;
      const content = tableOf(context, { [postgresName]: address });
      await putInto(container, tarStream([{ name: fresh.slice(1), content }]), '/', signal);
      // The resolver reads the table for each question: it must never see half of one.
      const rename = `require("node:fs").renameSync(${JSON.stringify(fresh)}, ${JSON.stringify(table)})`;
      const command = ['node', '-e', rename];
      const result = await execIn(container, { command, limitMs: renameLimitMs, signal, bare: true });
      if (!result.ok)
        throw new DrillError(
          'engine',
          `the resolver took no new address: ${result.stderr}`,
          container.log.hint,
        );
    },
  };
}

/** A container of the Postgres image in which its client programs run: the server's own may be dead when they are needed. */
export async function startToolbox(
  context: LabContext,
  version: string,
  signal: AbortSignal,
): Promise<Container> {
  const spec = {
    ...commonOf(context, 'toolbox'),
    name: `${context.prefix}-toolbox`,
    image: await context.image('postgres', version),
    network: onInside(context, context.addresses.toolbox, ['toolbox']),
    entrypoint: idle,
    command: [],
    keepsAlive: true,
  };
  return startContainer(context.docker, spec, signal);
}

interface Program {
  readonly name: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function startProgram(context: LabContext, program: Program): Promise<Container> {
  const { name } = program;
  const path = `/kong-drill/${name}.js`;
  const files = Object.entries(program.files ?? {}).map(([file, content]) => ({
    name: file.slice(1),
    content,
  }));
  const spec = {
    ...commonOf(context, name),
    name: `${context.prefix}-${name}`,
    image: await context.image('lab'),
    network: onInside(context, program.address, program.aliases),
    entrypoint: ['node', path],
    command: [],
    user: '0',
    env: program.env,
    archives: [
      { tar: tarStream([...(await itemsOf(programFile(name), path.slice(1))), ...files]), target: '/' },
    ],
  };
  return startContainer(context.docker, spec, program.signal);
}

function tableOf(context: LabContext, names: Readonly<Record<string, string>>): string {
  return JSON.stringify({ echo: { address: context.addresses.echo, port: echoPort }, names });
}
