/** A container for one command: made, given its files, run to its end, its output and files fetched, removed. */
import { Tail } from '../../system/command.js';
import type { CommandResult } from '../../system/command.js';
import { apiOf, exitOf, remove, startContainer } from './container.js';
import type { Container } from './container.js';
import type { ContainerSpec } from './container-spec.js';
import { asked } from './docker.js';
import type { Docker } from './docker.js';
import { collect, failureOf } from './exec.js';

export interface OneShotCall {
  /** As the result and the journal name it. */
  readonly shown: readonly string[];
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Fetches what the command wrote, before the container is removed. */
  readonly fetch?: (container: Container) => Promise<void>;
}

/** @throws the signal's reason; DrillError `engine` where the container cannot be made. */
export async function runOnce(
  docker: Docker,
  spec: ContainerSpec,
  call: OneShotCall,
): Promise<CommandResult> {
  const startedMs = docker.clock.nowMs();
  const limit = AbortSignal.timeout(call.limitMs);
  const signal = AbortSignal.any([call.signal, limit]);
  const container = await startContainer(docker, spec, call.signal);
  try {
    const exitCode = await exitOf(container, signal).catch((error: unknown) => {
      call.signal.throwIfAborted();
      if (limit.aborted) return undefined;
      throw error;
    });
    const output = await outputOf(container);
    await call.fetch?.(container);
    return {
      command: call.shown,
      exitCode,
      ok: exitCode === 0,
      ...output,
      durationMs: docker.clock.nowMs() - startedMs,
      failure: failureOf(exitCode, call.limitMs),
    };
  } finally {
    await remove(container);
  }
}

async function outputOf(container: Container): Promise<{ stdout: string; stderr: string }> {
  const log = await asked(
    `read the output of ${container.role}`,
    apiOf(container).logs({ follow: false, stdout: true, stderr: true }),
  );
  const output = { stdout: new Tail(), stderr: new Tail() };
  await collect(chunksOf(log), output);
  return { stdout: output.stdout.text(), stderr: output.stderr.text() };
}

/** Without `follow`, dockerode hands over the whole log at once. */
async function* chunksOf(log: unknown): AsyncGenerator {
  if (Buffer.isBuffer(log) || typeof log === 'string') yield log;
  else yield* log as AsyncIterable<unknown>;
}
