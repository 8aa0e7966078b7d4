/** Kong's Admin API as a client: one request, one answer; no retries, so that what is measured is what happened. */
import type { Json, JsonObject } from '../model/entity.js';
import { http } from './http.js';

export interface AdminApi {
  readonly url: string;
  /** @throws where there is no answer; a status of 400 or more is an answer. */
  call(method: string, path: string, body?: JsonObject, options?: CallOptions): Promise<AdminAnswer>;
  /** All entities of a collection, page by page. @throws AdminRefused on any other status than 200. */
  list(path: string, options?: ListOptions): AsyncIterable<JsonObject[]>;
}

export interface CallOptions {
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends CallOptions {
  /** Entities a page; 1000 by default, which is Kong's largest. */
  readonly size?: number;
}

export interface AdminAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly body: Json;
  /** The body as text, where it was not JSON. */
  readonly text: string;
}

/** The Admin API answered, but not with what was asked for. */
export class AdminRefused extends Error {
  readonly status: number;
  constructor(path: string, answer: AdminAnswer) {
    super(`GET ${path}: expected 200, got ${answer.status} ${answer.text.slice(0, 200)}`);
    this.name = 'AdminRefused';
    this.status = answer.status;
  }
}

const pagesLimit = 100_000;

export function adminApi(url: string, headers: Readonly<Record<string, string>> = {}): AdminApi {
  const base = url.replace(/\/+$/, '');
  const api: AdminApi = {
    url: base,
    async call(method, path, body, options = {}) {
      const answer = await http({
        method,
        url: `${base}${path}`,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...options,
      });
      const ok = answer.status >= 200 && answer.status < 300;
      return { status: answer.status, ok, body: parseJson(answer.body), text: answer.body };
    },
    async *list(path, options = {}) {
      const { size = 1000, ...callOptions } = options;
      const seen = new Set<string>();
      let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}size=${size}`;
      while (next !== undefined) {
        if (seen.has(next) || seen.size > pagesLimit)
          throw new Error(`GET ${next}: the pages go in a circle`);
        seen.add(next);
        const answer: AdminAnswer = await api.call('GET', next, undefined, callOptions);
        const page = answer.status === 200 ? pageOf(answer.body) : undefined;
        if (!page) throw new AdminRefused(next, answer);
        yield page.data;
        next = page.next;
      }
    },
  };
  return api;
}

function pageOf(body: Json): { data: JsonObject[]; next: string | undefined } | undefined {
  if (!isObject(body) || !Array.isArray(body.data)) return undefined;
  const next = body.next;
  // Only the path is followed: an Admin API that names another host does not lead us there.
  const path = typeof next === 'string' ? localPath(next) : undefined;
  return { data: (body.data as Json[]).filter(isObject), next: path };
}

function localPath(next: string): string {
  const url = new URL(next, 'http://kong.invalid');
  return `${url.pathname}${url.search}`;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
