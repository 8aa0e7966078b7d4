/** Kong's Admin API as a client: one request, one answer; no retries, so that what is measured is what happened. */
import { isObject } from '../model/entity.js';
import type { Json, JsonObject } from '../model/entity.js';
import { formatBytes } from '../model/units.js';
import { shortened } from './command-words.js';
import { http } from './http.js';
import type { Http } from './http.js';

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
    super(`GET ${path}: expected 200, got ${inWords(answer)}`);
    this.name = 'AdminRefused';
    this.status = answer.status;
  }
}

interface Page {
  readonly entities: JsonObject[];
  readonly next: string | undefined;
}

/** An answer, short enough for a sentence. */
export function inWords({ status, text }: Pick<AdminAnswer, 'status' | 'text'>): string {
  return `${status} ${shortened(text)}`;
}

/** Of one collection. Kong's largest page is 1000 entities; whatever has more than this is no Kong, or lies. */
const listLimits = { pages: 100_000, emptyPages: 1_000, characters: 2 ** 29 };

export interface AdminClient {
  /** How requests are sent: by default as any other. */
  readonly send?: Http;
  /** For each request; 10 s by default. */
  readonly limitMs?: number;
}

export function adminApi(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  { send = http, ...usual }: AdminClient = {},
): AdminApi {
  const base = url.replace(/\/+$/, '');
  const api: AdminApi = {
    url: base,
    async call(method, path, body, options = {}) {
      const answer = await send({
        ...usual,
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
      let characters = 0;
      let emptyPages = 0;
      const first = `${path}${path.includes('?') ? '&' : '?'}size=${size}`;
      const pageAt = async (at: string): Promise<Page> => {
        if (seen.has(at)) throw new Error(`GET ${at}: the pages go in a circle`);
        if (seen.size >= listLimits.pages || emptyPages >= listLimits.emptyPages)
          throw new Error(`GET ${path}: ${seen.size} pages, and no end of them`);
        seen.add(at);
        const answer = await api.call('GET', at, undefined, callOptions);
        const { body } = answer;
        if (answer.status !== 200 || !isObject(body) || !Array.isArray(body.data))
          throw new AdminRefused(at, answer);
        emptyPages = body.data.length === 0 ? emptyPages + 1 : 0;
        characters += answer.text.length;
        if (characters > listLimits.characters)
          throw new Error(`GET ${path}: more than ${formatBytes(listLimits.characters)}, and no end of it`);
        // `next` names neither the workspace nor what a gateway has put in front of the path; the offset fits anywhere.
        const { offset } = body;
        const next = typeof offset === 'string' ? `${first}&offset=${encodeURIComponent(offset)}` : undefined;
        return { entities: (body.data as Json[]).filter(isObject), next };
      };
      let page: Page | undefined = await pageAt(first);
      while (page !== undefined) {
        // The next page is on its way while this one is worked on.
        const following: Promise<Page> | undefined = page.next === undefined ? undefined : pageAt(page.next);
        following?.catch(() => undefined);
        yield page.entities;
        page = await following;
      }
    },
  };
  return api;
}

/** The same Admin API, with paths within one workspace; the default one is where they are without any. */
export function inWorkspace(admin: AdminApi, workspace: string): AdminApi {
  if (workspace === 'default') return admin;
  const prefix = `/${encodeURIComponent(workspace)}`;
  return {
    url: admin.url,
    call: (method, path, body, options) => admin.call(method, `${prefix}${path}`, body, options),
    list: (path, options) => admin.list(`${prefix}${path}`, options),
  };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
