/** A lab of processes: a folder, a block of ports, the echo, the resolver, one Postgres, the Kong nodes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DrillError, messageOf } from '../../model/drill-error.js';
import { waitFor } from '../../system/clock.js';
import { Disposal } from '../../system/disposal.js';
import { tailOf, writeWhole } from '../../system/files.js';
import { hear } from '../../system/hear.js';
import { randomHex } from '../../system/random.js';
import type { KongNode, Lab, LabSpec, PostgresServer } from '../engine.js';
import { adminHeaders, enterpriseSecrets, enterpriseVariables } from '../enterprise.js';
import type { Context, LabOptions } from './context.js';
import { serverIdentity } from './identity.js';
import { localKong, postgresName } from './kong.js';
import type { KongParts } from './kong.js';
import { labEnvironment } from '../lab-environment.js';
import { runnableBinFolder } from './npm-postgres.js';
import { reservePorts } from './ports.js';
import { localPostgres } from './postgres.js';
import { choosePostgres } from './postgres-installation.js';
import { RunFolder } from './run-folder.js';
import { runTool, runUserCommand } from './tools.js';
import { folderFor } from './temporary-folders.js';
import { waysInto } from './ways-in.js';

const disposalBudgetMs = 20_000;
const helperLimitMs = 10_000;
const echoLimitMs = 5_000;
const portsOfLab = 3;
const portsOfNode = 4;
/** As Kong reaches it; the lab's resolver knows it. */
const echoName = 'echo.lab';

export async function openLab(spec: LabSpec, options: LabOptions): Promise<Lab> {
  const disposal = new Disposal();
  try {
    return await assemble(spec, options, disposal);
  } catch (error) {
    const trouble: unknown = await disposal.dispose(disposalBudgetMs).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (trouble === undefined) throw error;
    throw new AggregateError([error, trouble], messageOf(error), { cause: error });
  }
}

async function assemble(spec: LabSpec, options: LabOptions, disposal: Disposal): Promise<Lab> {
  const { topology, clock } = spec;
  await mkdir(spec.logFolder, { recursive: true });
  const block = await reservePorts(portsOfLab + portsOfNode * topology.kong.nodes);
  disposal.defer('release the ports', () => block.release());
  const identity = await serverIdentity();
  const folder = await RunFolder.make(spec, await folderFor(identity, options.environment));
  disposal.defer('remove the folder', () => folder.remove());
  disposal.defer('end all processes', () => folder.close(clock));

  const [resolverPort = 0, echoPort = 0, postgresPort = 0, ...nodePorts] = block.ports;
  const home = join(folder.path, 'home');
  await mkdir(home);
  const context: Context = {
    spec,
    options,
    folder,
    environment: { ...options.environment, ...labEnvironment(options.environment, home) },
    home,
  };
  const helpers = await startHelpers(context, { resolverPort, echoPort });
  const postgres = postgresOf(context, { port: postgresPort, identity, onAddress: helpers.point });
  const shared = await kongPartsOf(context, postgres, resolverPort);
  const kong = nodesOf(context, shared, nodePorts);
  const inLab = { ...context, postgres, kong, shared };
  return {
    postgres,
    kong,
    echo: { host: echoName, port: echoPort },
    whyUnreachable: () => whyEchoUnreachable(echoPort),
    tool: (call) => runTool(call, inLab),
    command: (call) => runUserCommand(call, inLab),
    waysIn: () => waysInto({ folder: folder.path, logFolder: spec.logFolder, postgres, kong }),
    [Symbol.asyncDispose]: () => disposal.dispose(disposalBudgetMs),
  };
}

/** The echo and the resolver; `point` makes the resolver answer with another address for Postgres. */
async function startHelpers(
  { spec, folder, environment }: Context,
  { resolverPort, echoPort }: { resolverPort: number; echoPort: number },
): Promise<{ point: (address: string) => Promise<void> }> {
  const table = join(folder.path, 'names.json');
  const point = (address: string) =>
    writeWhole(
      table,
      JSON.stringify({
        echo: { address: '127.0.0.1', port: echoPort },
        names: { [postgresName]: address },
      }),
    );
  await point('127.0.0.1');
  const start = async (name: 'echo' | 'resolver', port: number) => {
    const program = fileURLToPath(new URL(`../../lab/programs/${name}.js`, import.meta.url));
    const logFile = join(spec.logFolder, `${name}.log`);
    const listen = { KONG_DRILL_LISTEN: `127.0.0.1:${port}`, KONG_DRILL_TABLE: table };
    const started = await folder.start(name, [process.execPath, program], {
      cwd: folder.path,
      env: { ...environment, ...listen },
      logFile,
    });
    const look = async () => {
      const log = await tailOf(logFile, 1_000);
      const ended = started.ended();
      if (ended !== undefined) throw new DrillError('engine', `${name}: ${ended}\n${log}`, `see ${logFile}`);
      return log.includes(`${name} listens`)
        ? ({ done: true, value: undefined } as const)
        : ({ done: false, seen: 'nothing' } as const);
    };
    const end = await waitFor(look, { clock: spec.clock, limitMs: helperLimitMs, everyMs: 10 });
    if (!end.done) throw new DrillError('engine', `the lab's ${name} does not start`, `see ${logFile}`);
  };
  await Promise.all([start('echo', echoPort), start('resolver', resolverPort)]);
  return { point };
}

async function whyEchoUnreachable(port: number): Promise<string | undefined> {
  const host = '127.0.0.1';
  const answer = await hear({ host, port, say: 'GET / HTTP/1.0\r\n\r\n', limitMs: echoLimitMs });
  return 'heard' in answer ? undefined : `on ${host}:${port}, where the echo of the lab is: ${answer.seen}`;
}

function postgresOf(
  { spec, options, folder, environment }: Context,
  parts: Pick<Parameters<typeof localPostgres>[0], 'port' | 'identity' | 'onAddress'>,
): PostgresServer {
  const password = randomHex();
  spec.onSecret(password);
  const places = new Map<string, Promise<string>>();
  const binFolder = (version = spec.topology.postgres.version) => {
    const installation = choosePostgres(options.found.installations, version) ?? options.found.postgres;
    const place = places.get(installation.binFolder);
    if (place) return place;
    const made = runnableBinFolder(installation, parts.identity, folder.path);
    places.set(installation.binFolder, made);
    return made;
  };
  return localPostgres({
    ...parts,
    folder,
    clock: spec.clock,
    logFile: join(spec.logFolder, 'postgres.log'),
    password,
    fast: options.fast,
    walArchive: spec.walArchive,
    environment,
    binFolder,
  });
}

type SharedParts = Omit<KongParts, 'name' | 'logFile' | 'ports'>;

async function kongPartsOf(
  { spec, options, folder, environment }: Context,
  postgres: PostgresServer,
  resolverPort: number,
): Promise<SharedParts> {
  const hostsFile = join(folder.path, 'hosts');
  await writeFile(hostsFile, '127.0.0.1 localhost\n');
  const { kong } = spec.topology;
  for (const secret of enterpriseSecrets(kong, options.environment)) spec.onSecret(secret);
  return {
    folder,
    clock: spec.clock,
    program: options.found.kong,
    topology: spec.topology,
    adminHeaders: adminHeaders(kong, options.environment),
    environment: {
      ...environment,
      ...enterpriseVariables(kong, options.environment, options.found.kong.kind === 'stand-in'),
    },
    resolver: `127.0.0.1:${resolverPort}`,
    hostsFile,
    postgres: () => postgres.connection,
  };
}

function nodesOf({ spec }: Context, shared: SharedParts, ports: readonly number[]): readonly KongNode[] {
  return Array.from({ length: spec.topology.kong.nodes }, (_, index) => {
    const name = `kong-${index + 1}`;
    const [admin = 0, proxy = 0, proxyTls = 0, status = 0] = ports.slice(index * portsOfNode);
    return localKong({
      ...shared,
      name,
      logFile: join(spec.logFolder, `${name}.log`),
      ports: { admin, proxy, proxyTls, status },
    });
  });
}
