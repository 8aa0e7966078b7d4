/** Where decK comes from: an image that was named, else PATH, else the official image. */
import { findProgram } from '../../system/command.js';
import { startContainer } from './container.js';
import type { Container } from './container.js';
import type { ContainerSpec } from './container-spec.js';
import { commonOf, onInside } from './context.js';
import type { LabContext } from './context.js';
import type { LabImage } from './images.js';
import { idle } from './surroundings.js';

export type DeckSource =
  | { readonly kind: 'program'; readonly program: string }
  /** An image with a shell: a container of it stands ready. */
  | { readonly kind: 'container'; readonly container: Container; readonly program: string }
  /** An image without one: a container for each call. */
  | { readonly kind: 'image'; readonly image: LabImage };

export type DeckChoice =
  | { readonly kind: 'program'; readonly program: string }
  | { readonly kind: 'image'; readonly image: LabImage };

/** decK on PATH, which is what the official image gives way to: a team's own pinned version is nearer to what it would use. */
export function deckOnPath(): DeckChoice | undefined {
  const program = findProgram('deck');
  return program === undefined ? undefined : { kind: 'program', program };
}

export async function startDeck(
  context: LabContext,
  choice: DeckChoice,
  signal: AbortSignal,
): Promise<DeckSource> {
  if (choice.kind === 'program') return choice;
  const { image } = choice;
  const spec = {
    ...commonOf(context, 'deck'),
    name: `${context.prefix}-deck`,
    image,
    network: onInside(context, undefined, ['deck']),
    entrypoint: idle,
    command: [],
    user: '0',
    keepsAlive: true,
  };
  try {
    const container = await startContainer(context.docker, spec, signal);
    return { kind: 'container', container, program: programOf(image) };
  } catch {
    signal.throwIfAborted();
    return { kind: 'image', image };
  }
}

/** What makes an image run decK with these arguments, once. */
export function deckCommand(
  image: LabImage,
  args: readonly string[],
): Pick<ContainerSpec, 'entrypoint' | 'command'> {
  return { entrypoint: [programOf(image)], command: args };
}

/** The image's entrypoint where that is decK, else whatever `deck` is on its PATH. */
function programOf({ entrypoint }: LabImage): string {
  return entrypoint.find((word) => /(?:^|\/)deck$/.test(word)) ?? 'deck';
}
