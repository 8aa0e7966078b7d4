/** Which images the containers engine takes. */
import type { EngineOptions } from '../engine/engines.js';
import { DrillError } from '../model/drill-error.js';
import type { Given, Option } from './command.js';

export const containersOptions = {
  image: {
    kind: 'list',
    description: 'image in place of the official one: kong, postgres, deck or lab; several times for several',
    value: 'ROLE=IMAGE',
  },
  registry: {
    kind: 'text',
    description: 'registry in front of every official image: a mirror',
    value: 'HOST',
  },
  'no-pull': { kind: 'flag', description: 'never pull an image; a missing one is reported' },
} as const satisfies Readonly<Record<string, Option>>;

export function containersOf(given: Given): EngineOptions {
  const registry = given.text('registry');
  return {
    images: Object.fromEntries(given.list('image').map(imageOf)),
    pull: !given.flag('no-pull'),
    ...(registry === undefined ? {} : { registry }),
  };
}

/** `kong=my/kong:3.9` → its role and its name. @throws DrillError `usage` where it is not of that form. */
function imageOf(text: string): [role: string, image: string] {
  const place = text.indexOf('=');
  if (place > 0 && place < text.length - 1) return [text.slice(0, place), text.slice(place + 1)];
  throw new DrillError(
    'usage',
    `--image: expected ROLE=IMAGE, got ${JSON.stringify(text)}`,
    'write it as in --image kong=registry.example/kong:3.9',
  );
}
