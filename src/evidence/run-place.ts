/** Where a run lies, `<reports>/<drill>/<UTC start>`, and the name that the index has for it. */
import { basename, dirname } from 'node:path';

/** The folder of the index that a run is entered in. */
export const reportsFolderOf = (folder: string): string => dirname(dirname(folder));

/** `<drill>/<UTC start>`, with `/` on every system. */
export const runNameOf = (folder: string): string => `${basename(dirname(folder))}/${basename(folder)}`;
