/**
 * A Docker engine of a test's own, which can be stopped in the middle of something. Root only. It has a network namespace to itself:
 * a second engine beside the first would take the first's bridge and firewall rules away.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../system/command.js';
import { randomHex } from '../system/random.js';

export interface SecondDocker extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** Words ahead of a program that is to reach the ports that its containers publish. */
  readonly within: readonly string[];
  docker(...args: readonly string[]): Promise<string>;
  /** Copies images of the engine that is in use otherwise. */
  load(images: readonly string[]): Promise<void>;
  /** SIGKILL; its containers run on. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const startLimitMs = 60_000;
const commandLimitMs = 300_000;

/** An engine that runs, and has no images yet. @throws where it does not come up, with the end of its log. */
export async function secondDocker(): Promise<SecondDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-dockerd-'));
  const host = `unix://${folder}/docker.sock`;
  const namespace = `kong-drill-${randomHex(4)}`;
  const enter = `--net=/run/netns/${namespace}`;
  const within = ['nsenter', enter];
  let daemon: ChildProcess | undefined;
  let log = '';

  const command = async (words: readonly string[]): Promise<string> => {
    const answer = await runCommand(words, { limitMs: commandLimitMs, env: { DOCKER_HOST: host } });
    if (answer.ok) return answer.stdout;
    throw new Error(`${words.join(' ')}: ${answer.failure}: ${answer.stderr}`);
  };
  const docker = (...args: readonly string[]) => command(['docker', '--host', host, ...args]);
  const start = async (): Promise<void> => {
    const words = [
      ...['--host', host, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid')],
    ];
    daemon = spawn('nsenter', [enter, 'dockerd', ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [daemon.stdout, daemon.stderr])
      stream?.on('data', (data: Buffer) => (log = (log + data.toString()).slice(-4_000)));
    const endMs = Date.now() + startLimitMs;
    while (!(await docker('version').catch(() => undefined))) {
      if (daemon.exitCode !== null || Date.now() > endMs) throw new Error(`dockerd did not start:\n${log}`);
      await sleep(200);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (daemon?.exitCode !== null || daemon.signalCode !== null) return;
    const exited = once(daemon, 'exit');
    daemon.kill(signal);
    await exited;
  };
  const dispose = async (): Promise<void> => {
    await end('SIGTERM');
    await command(['ip', 'netns', 'delete', namespace]);
    // overlay2 mounts its folder onto itself; killed, it leaves that behind, and other drivers have no such mount.
    await runCommand(['umount', join(folder, 'data')]);
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  await command(['ip', 'netns', 'add', namespace]);
  try {
    await command([...within, 'ip', 'link', 'set', 'lo', 'up']);
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    host,
    within,
    docker,
    start,
    kill: () => end('SIGKILL'),
    load: async (images) => {
      const file = join(folder, 'images.tar');
      const saved = await runCommand(['docker', 'save', '--output', file, ...images], {
        limitMs: commandLimitMs,
      });
      if (!saved.ok) throw new Error(`docker save: ${saved.stderr}`);
      await docker('load', '--input', file);
      await rm(file);
    },
    [Symbol.asyncDispose]: dispose,
  };
}
