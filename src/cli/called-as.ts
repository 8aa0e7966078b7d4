/** How this program was called: what is to be typed next begins so. */
import type { Environment } from '../system/environment.js';

/** `npx kong-drill` where npx started it: then it is on nobody's PATH. */
export function calledAs({ npm_command: npmCommand }: Environment): string {
  return npmCommand === 'exec' ? 'npx kong-drill' : 'kong-drill';
}
