/** Fuzzing in rounds: each in a process of its own, so that a hang or a crash ends that round and is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface FuzzEnd {
  readonly inputs: number;
  readonly fault?: { readonly message: string; readonly input: string };
}

export interface FuzzRound {
  readonly target: string;
  readonly inputs: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** Longest time for one input; a command takes milliseconds, and machines can be crowded. */
const inputLimitMs = 30_000;
const program = fileURLToPath(new URL('fuzz-process.js', import.meta.url));
const flags = process.allowedNodeEnvironmentFlags;
const permission = flags.has('--permission') ? '--permission' : '--experimental-permission';

/** @throws the signal's reason. */
export async function fuzzRound({ target, inputs, seed, signal }: FuzzRound): Promise<FuzzEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'kd-fuzz-'));
  await mkdir(join(folder, 'tmp'));
  try {
    const words = [permission, '--no-warnings', '--allow-fs-read=*', `--allow-fs-write=${folder}/*`, program];
    const child = spawn(process.execPath, [...words, target, String(inputs), String(seed), folder], {
      env: { PATH: '', TMPDIR: join(folder, 'tmp') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', kill);
    const hang = new AbortController();
    hang.signal.addEventListener('abort', kill);
    const timer = setTimeout(() => hang.abort(), inputLimitMs);
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      said.out += chunk.toString();
      timer.refresh();
    });
    child.stderr.on('data', (chunk: Buffer) => (said.err = (said.err + chunk.toString()).slice(-4_000)));
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    signal?.throwIfAborted();
    if (code === 0) return JSON.parse(said.out.slice(said.out.lastIndexOf('\n{'))) as FuzzEnd;
    const message = hang.signal.aborted
      ? `nothing within ${inputLimitMs} ms`
      : `exit code ${code}: ${said.err}`;
    const input = await readFile(join(folder, 'input'), 'utf8').catch(() => '');
    return { inputs: said.out.length, fault: { message, input } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
