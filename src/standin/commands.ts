import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from './database/database.js';
import { bootstrap, finish, reset, schemaState, up } from './database/migrations.js';
import type { Migrations, SchemaState } from './database/migrations.js';
import { Names } from './dns.js';
import { logger, messageOf } from './log.js';
import { needsBootstrap } from './node/generation.js';
import { Node } from './node/node.js';
import type { Settings } from './settings.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

export const pidFile = ({ prefix }: Settings): string => join(prefix, 'pids', 'nginx.pid');

/** Runs until a signal ends it. Resolves with the exit code. */
export async function start(settings: Settings): Promise<number> {
  const log = logger(settings.logLevel);
  let node: Node;
  try {
    node = await Node.start(settings, log);
  } catch (error) {
    log('error', `init_by_lua error: ${messageOf(error)}`);
    process.stderr.write(`nginx: [error] init_by_lua error: ${messageOf(error)}\n`);
    return 1;
  }
  const path = pidFile(settings);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${process.pid}\n`);
  print(`Kong started (stand-in, version ${settings.version})`);
  const gracefully = await untilStopped(node);
  await node.stop({ gracefully });
  rmSync(path, { force: true });
  return 0;
}

const untilStopped = (node: Node): Promise<boolean> =>
  new Promise((resolve) => {
    process.on('SIGHUP', () => void node.reload());
    process.once('SIGTERM', () => {
      resolve(false);
    });
    process.once('SIGINT', () => {
      resolve(false);
    });
    process.once('SIGQUIT', () => {
      resolve(true);
    });
  });

/** Says "reloaded" once the signal is sent, as Kong does: whether new workers came is not known then. */
export async function reload(settings: Settings): Promise<number> {
  const pid = runningPid(settings);
  if (pid === undefined) throw new Error(`no such prefix: ${settings.prefix}`);
  await (await connect(settings))[Symbol.asyncDispose]();
  process.kill(pid, 'SIGHUP');
  print('Kong reloaded');
  return 0;
}

export async function stop(settings: Settings, signal: 'SIGTERM' | 'SIGQUIT'): Promise<number> {
  const pid = runningPid(settings);
  if (pid === undefined) throw new Error(`Kong is not running in ${settings.prefix}`);
  process.kill(pid, signal);
  const deadline = Date.now() + 10_000;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error('Timeout, Kong stopped forcefully');
    await sleep(50);
  }
  print(signal === 'SIGTERM' ? 'Kong stopped' : 'Kong stopped (gracefully)');
  return 0;
}

export function health(settings: Settings): number {
  const running = runningPid(settings) !== undefined;
  print(`nginx.......${running ? 'running' : 'not running'}\n`);
  if (!running) throw new Error(`Kong is not running at ${settings.prefix}`);
  print(`Kong is healthy at ${settings.prefix}`);
  return 0;
}

function runningPid(settings: Settings): number | undefined {
  const path = pidFile(settings);
  if (!existsSync(path)) return undefined;
  const pid = Number(readFileSync(path, 'utf8'));
  return isAlive(pid) ? pid : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const connect = (settings: Settings): Promise<Database> =>
  Database.connect(settings.postgres, new Names(settings.dnsResolver));

/** `kong migrations …`, with Kong's messages and exit codes. */
export async function migrations(settings: Settings, command: string, yes: boolean): Promise<number> {
  const action = actions[command];
  if (!action) throw new Error(`unknown command 'migrations ${command}'`);
  await using database = await connect(settings);
  const state = await schemaState(database, settings.version);
  // Awaited here, so that the connection is closed after it.
  return await action({ database, state, settings, yes });
}

interface Migrating {
  readonly database: Database;
  readonly state: SchemaState;
  readonly settings: Settings;
  readonly yes: boolean;
}

const actions: Record<string, (context: Migrating) => Promise<number> | number> = {
  bootstrap: async ({ database, state, settings }) => {
    if (!state.needs_bootstrap) {
      print('Database already bootstrapped');
      return 0;
    }
    print('Bootstrapping database...');
    report(settings, await bootstrap(database, settings.version));
    print('Database is up-to-date');
    return 0;
  },
  up: async ({ database, state, settings }) => {
    if (state.needs_bootstrap) throw new Error(`Cannot run migrations: ${needsBootstrap}`);
    if (state.pending_migrations)
      throw new Error("Database has pending migrations; run 'kong migrations finish'");
    if (!state.new_migrations) {
      print('Database is already up-to-date');
      return 0;
    }
    await up(database);
    report(settings, state.new_migrations);
    print("\nDatabase has pending migrations; run 'kong migrations finish' when ready");
    return 0;
  },
  finish: async ({ database, state, settings }) => {
    if (state.needs_bootstrap) throw new Error(`Cannot run migrations: ${needsBootstrap}`);
    if (state.pending_migrations) {
      await finish(database);
      report(settings, state.pending_migrations);
    } else {
      const message = state.new_migrations
        ? "\nNew migrations available; run 'kong migrations up' to proceed"
        : 'No pending migrations to finish';
      print(message);
    }
    return 0;
  },
  list: ({ state }) => {
    if (state.needs_bootstrap) {
      print(needsBootstrap);
      return 3;
    }
    const sections = [
      ['Executed migrations', state.executed_migrations],
      ['Pending migrations', state.pending_migrations],
      ['New migrations available', state.new_migrations],
    ] as const;
    print(sections.flatMap(([title, list]) => (list ? `${title}:\n${table(list)}` : [])).join('\n\n'));
    if (state.pending_migrations) print("\nRun 'kong migrations finish' when ready");
    else if (state.new_migrations) print("\nRun 'kong migrations up' to proceed");
    return state.pending_migrations ? 4 : state.new_migrations ? 5 : 0;
  },
  status: ({ state }) => {
    print(JSON.stringify(state));
    return 0;
  },
  reset: async ({ database, state, yes }) => {
    if (!yes) throw new Error("not a tty: invoke 'reset' non-interactively with the --yes flag");
    if (state.needs_bootstrap) {
      print('Database not bootstrapped, nothing to reset');
      return 1;
    }
    print('Resetting database...');
    await reset(database);
    print('Database successfully reset');
    return 0;
  },
};

function report(settings: Settings, lists: Migrations[]): void {
  for (const { subsystem, migrations } of lists) {
    print(`migrating ${subsystem} on database '${settings.postgres.database}'...`);
    for (const name of migrations) print(`${subsystem} migrated up to: ${name} (executed)`);
  }
  const count = lists.reduce((sum, list) => sum + list.migrations.length, 0);
  print(`${count} migrations processed\n${count} executed`);
}

/** Names flush right, as Kong prints them. */
function table(lists: Migrations[]): string {
  const width = Math.max(...lists.map(({ subsystem }) => subsystem.length));
  return lists
    .map(({ subsystem, migrations }) => `${subsystem.padStart(width)}: ${migrations.join(', ')}`)
    .join('\n');
}
