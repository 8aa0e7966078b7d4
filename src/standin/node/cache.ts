import { randomUUID } from 'node:crypto';

export interface Loaded<T> {
  /** Undefined says that there is none; that is remembered too. */
  readonly value: T | undefined;
  readonly ttlSeconds?: number | undefined;
}

interface Entry {
  readonly value: unknown;
  readonly expiresAt: number;
}

/**
 * What the workers of a node share, like Kong's shared memory: it has no time limit, outlives a reload,
 * and forgets only what is written through an Admin API of the cluster.
 */
export class Cache {
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<unknown>>();

  async get<T>(key: string, load: () => Promise<Loaded<T>>): Promise<T | undefined> {
    const entry = this.#entries.get(key);
    if (entry && entry.expiresAt > Date.now()) return entry.value as T | undefined;
    const loading = this.#loading.get(key) ?? this.#load(key, load);
    return (await loading) as T | undefined;
  }

  /** A mark that changes whenever its name is invalidated. */
  version(name: string): string {
    const known = this.#entries.get(name)?.value;
    if (typeof known === 'string') return known;
    const version = randomUUID();
    this.#entries.set(name, { value: version, expiresAt: Infinity });
    return version;
  }

  peek = (key: string): unknown => this.#entries.get(key)?.value;

  invalidate(key: string): void {
    this.#entries.delete(key);
    this.#loading.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#loading.clear();
  }

  #load<T>(key: string, load: () => Promise<Loaded<T>>): Promise<T | undefined> {
    const loading = load()
      .then(({ value, ttlSeconds = Infinity }) => {
        // Invalidated in the meantime: answer this request, and remember nothing.
        if (this.#loading.get(key) === loading) {
          this.#entries.set(key, { value, expiresAt: Date.now() + ttlSeconds * 1000 });
        }
        return value;
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }
}
