/** Commands that a text names, as they are to be typed here. */
import type { Environment } from '../system/environment.js';
import { commandNames } from './commands.js';

const named = new RegExp(`(?<![\\w/.@-]|npx )kong-drill (?=(?:${commandNames.join('|')}|--help)\\b)`, 'g');

/** Where npx started the program it is on nobody's PATH: `npx kong-drill run`. */
export function asCalled({ npm_command: npmCommand }: Environment): (text: string) => string {
  return (text) => (npmCommand === 'exec' ? text.replace(named, 'npx $&') : text);
}
