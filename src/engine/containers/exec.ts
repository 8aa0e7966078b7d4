/** Commands inside a running container. Their exit status is data; a limit or an abort ends them inside, too. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { randomHex } from '../../system/random.js';
import { Tail } from '../../system/command.js';
import type { CommandResult } from '../../system/command.js';
import { apiOf } from './container.js';
import type { Container } from './container.js';
import { asked, settled } from './docker.js';
import { framesOf } from './frames.js';

export interface ExecCall {
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly workingFolder?: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** A file of this machine that standard output goes to, whole. */
  readonly stdoutFile?: string;
  /** The program has no shell beside it: then its end cannot be forced, only no longer be waited for. */
  readonly bare?: boolean;
}

const killLimitMs = 3_000;
const pidFolder = '/tmp';

/** @throws the signal's reason; DrillError `engine` where the container does not run. */
export async function execIn(container: Container, call: ExecCall): Promise<CommandResult> {
  const { clock } = container.docker;
  const startedMs = clock.nowMs();
  const pidFile = `${pidFolder}/kong-drill-${randomHex(6)}.pid`;
  const limit = AbortSignal.timeout(call.limitMs);
  const signal = AbortSignal.any([call.signal, limit]);
  const output = { stdout: new Tail(), stderr: new Tail() };
  const what = `run ${call.command[0] ?? ''} in ${container.role}`;
  let exitCode: number | undefined;
  try {
    const exec = await asked(what, apiOf(container).exec(optionsOf(call, pidFile)), signal);
    const stream = await asked(what, exec.start({ Detach: false, Tty: false }), signal);
    const collected = collect(stream, output, call.stdoutFile);
    await asked(what, collected, signal).catch(async (error: unknown) => {
      await endInside(container, pidFile, call);
      await settled(collected, killLimitMs);
      throw error;
    });
    const end = await asked(what, exec.inspect(), signal);
    exitCode = end.ExitCode ?? undefined;
  } catch (error) {
    call.signal.throwIfAborted();
    if (!limit.aborted) throw error;
  }
  return {
    command: call.command,
    exitCode,
    ok: exitCode === 0,
    stdout: output.stdout.text(),
    stderr: output.stderr.text(),
    durationMs: clock.nowMs() - startedMs,
    failure: failureOf(exitCode, call.limitMs),
  };
}

/** Why a command failed, in one line; empty where it did not. */
export function failureOf(exitCode: number | undefined, limitMs: number): string {
  if (exitCode === undefined) return `did not end within ${limitMs / 1_000} s`;
  return exitCode === 0 ? '' : `exit code ${exitCode}`;
}

/** Sorts a stream of Docker into the ends of standard output and standard error. */
export async function collect(
  stream: AsyncIterable<unknown>,
  output: { readonly stdout: Tail; readonly stderr: Tail },
  stdoutFile?: string,
): Promise<void> {
  const file = stdoutFile === undefined ? undefined : createWriteStream(stdoutFile);
  const failed = file && once(file, 'error').then(([error]: unknown[]) => Promise.reject(error as Error));
  const copied = copy(stream, output, file);
  await (failed ? Promise.race([copied, failed]) : copied);
}

async function copy(
  stream: AsyncIterable<unknown>,
  output: { readonly stdout: Tail; readonly stderr: Tail },
  file: Writable | undefined,
): Promise<void> {
  for await (const { stream: name, bytes } of framesOf(stream)) {
    if (name === 'stderr') output.stderr.push(bytes);
    else if (!file) output.stdout.push(bytes);
    else if (!file.write(bytes)) await once(file, 'drain');
  }
  if (!file) return;
  file.end();
  await once(file, 'close');
}

/** The engine has no call that ends an exec, so the command leaves its process id. */
function optionsOf(call: ExecCall, pidFile: string) {
  const recorded = ['sh', '-c', `echo $$ >${pidFile}; exec "$@"`, 'sh', ...call.command];
  return {
    Cmd: call.bare ? [...call.command] : recorded,
    AttachStdout: true,
    AttachStderr: true,
    Env: Object.entries(call.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(call.workingFolder === undefined ? {} : { WorkingDir: call.workingFolder }),
    ...(call.user === undefined ? {} : { User: call.user }),
  };
}

async function endInside(container: Container, pidFile: string, call: ExecCall): Promise<void> {
  if (call.bare) return;
  const kill = `p=$(cat ${pidFile}) && kill -TERM $p && sleep 0.5; kill -KILL $p`;
  const options = {
    Cmd: ['sh', '-c', kill],
    AttachStdout: true,
    ...(call.user === undefined ? {} : { User: call.user }),
  };
  const ended = apiOf(container)
    .exec(options)
    .then((exec) => exec.start({ Detach: true }));
  await settled(ended, killLimitMs);
}
