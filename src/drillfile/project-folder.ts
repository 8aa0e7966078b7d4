/** Where a project is: the folder of its `kong-drill.yaml`, which is not read here. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const projectFileName = 'kong-drill.yaml';

/** The first folder with that file in it, from this one upwards; `undefined` where there is none. */
export function projectFolder(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, projectFileName))) return at;
    if (dirname(at) === at) return undefined;
  }
}
