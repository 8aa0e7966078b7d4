/** What the process was started with. Nothing else reads `process.env`. */
import { availableParallelism } from 'node:os';

export type Environment = Readonly<Record<string, string | undefined>>;

export const environment = (): Environment => process.env;
export const isRoot = (): boolean => process.getuid?.() === 0;
export const cores = (): number => availableParallelism();
