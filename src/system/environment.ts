/** What the process was started with. Nothing else reads `process.env`. */
import { availableParallelism } from 'node:os';

export type Environment = Readonly<Record<string, string | undefined>>;

export const environment = (): Environment => process.env;
export const isRoot = (): boolean => process.getuid?.() === 0;
export const cores = (): number => availableParallelism();

let lastCall: Promise<unknown> = Promise.resolve();

/** For a library that can be told no other way: the process has these variables while it is called. One call after another. */
export async function withVariables<T>(
  variables: Readonly<Record<string, string>>,
  call: () => Promise<T>,
): Promise<T> {
  const mine = lastCall.then(async () => {
    const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
    Object.assign(process.env, variables);
    try {
      return await call();
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });
  lastCall = mine.catch(() => undefined);
  return mine;
}
