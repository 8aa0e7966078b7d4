/** The version of this package. */
import { readFileSync } from 'node:fs';

export function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  const content = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return content.version;
}

/** As every journal records it. */
export const toolName = (): string => `kong-drill ${version()}`;
