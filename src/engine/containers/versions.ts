/** What images say of themselves: each is asked once, in a container without any network, before any clock starts. */
import type { Software } from '../../model/journal.js';
import { DrillError } from '../../model/drill-error.js';
import { randomHex } from '../../system/random.js';
import type { CommandResult } from '../../system/command.js';
import type { ContainerSpec } from './container-spec.js';
import { deckCommand } from './deck.js';
import { isWithoutProgram } from './docker.js';
import type { Docker } from './docker.js';
import type { LabImage } from './images.js';
import { kongCommand } from './kong.js';
import { runOnce } from './one-shot.js';
import type { Labels } from './labels.js';

export interface Asking {
  readonly docker: Docker;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

const answerLimitMs = 60_000;
const versionWords = /\d+(?:\.\d+)+\S*/;

/** @throws DrillError `engine` where the image does not run Kong. */
export async function kongSoftware(image: LabImage, asking: Asking): Promise<Software> {
  const [version, help] = await Promise.all([
    ask(image, asking, { command: kongCommand(image, ['version']) }),
    ask(image, asking, { command: kongCommand(image, ['--help']) }),
  ]);
  const standIn = /stand-in/i.test(`${version.stdout} ${help.stdout} ${help.stderr}`);
  return softwareOf(image, 'kong', versionIn(image, version), standIn ? 'stand-in' : 'image');
}

/** @throws DrillError `engine` where the image does not run Postgres. */
export async function postgresSoftware(image: LabImage, asking: Asking): Promise<Software> {
  const answer = await ask(image, asking, { entrypoint: ['postgres'], command: ['--version'] });
  return softwareOf(image, 'postgres', versionIn(image, answer), 'image');
}

/** @throws DrillError `engine` where the image does not run decK. */
export async function deckSoftware(image: LabImage, asking: Asking): Promise<Software> {
  const answer = await ask(image, asking, deckCommand(image, ['version']));
  return softwareOf(image, 'deck', versionIn(image, answer), 'image');
}

/** @throws DrillError `engine` where the image has no Node 18 or newer, which the lab's own programs need. */
export async function labSoftware(image: LabImage, asking: Asking): Promise<Software> {
  const answer = await ask(image, asking, { entrypoint: ['node'], command: ['--version'] });
  const version = versionIn(image, answer);
  if (Number(version.split('.')[0]) >= 18) return softwareOf(image, 'lab', version, 'image');
  throw new DrillError(
    'engine',
    `the lab's image ${image.name} has Node ${version}: expected 18 or newer`,
    'name another: --image lab=IMAGE',
  );
}

/** Which of these programs an image has. */
export async function programsIn<T extends string>(
  image: LabImage,
  programs: readonly T[],
  asking: Asking,
): Promise<readonly T[]> {
  const script = 'for p; do command -v "$p" >/dev/null && echo "$p"; done; true';
  const answer = await ask(image, asking, { entrypoint: ['sh', '-c', script, 'sh'], command: programs });
  const found = new Set(answer.stdout.split('\n'));
  return programs.filter((program) => found.has(program));
}

async function ask(
  image: LabImage,
  { docker, labels, signal }: Asking,
  command: Pick<ContainerSpec, 'entrypoint' | 'command'>,
): Promise<CommandResult> {
  const shown = [...(command.entrypoint ?? []), ...(command.command ?? [])];
  const name = `kong-drill-version-${randomHex(4)}`;
  const spec = { name, role: `${image.role}-version`, image, labels, ...command };
  try {
    return await runOnce(docker, spec, { shown, limitMs: answerLimitMs, signal });
  } catch (error) {
    throw isWithoutProgram(error) ? withoutVersion(image, shown, 'there is no such program in it') : error;
  }
}

function versionIn(image: LabImage, { command, stdout, stderr, failure }: CommandResult): string {
  const found = versionWords.exec(stdout)?.[0];
  if (found) return found;
  const said = (stderr || stdout).trim().split('\n')[0] ?? '';
  throw withoutVersion(image, command, `${failure || 'no version'}${said && `: ${said}`}`);
}

function withoutVersion(image: LabImage, command: readonly string[], reason: string): DrillError {
  return new DrillError(
    'engine',
    `the image ${image.name} does not tell its version: ${command.join(' ')}: ${reason}`,
    `name another: --image ${image.role}=IMAGE`,
  );
}

function softwareOf(image: LabImage, name: string, version: string, kind: 'image' | 'stand-in'): Software {
  return { name, version, kind, image: image.name, digest: image.digest };
}
