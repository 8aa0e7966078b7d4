/** What is essential of an answer, in one line: the same whenever Kong does the same. */
import { createHash } from 'node:crypto';
import { isObject } from '../../model/entity.js';
import type { Json, JsonObject } from '../../model/entity.js';
import { canonicalJson } from '../json.js';
import { limited, unanswered } from './record.js';
import { hostOf } from './request.js';
import type { Balanced } from './request.js';
import type { Reply } from './send.js';

/** What says which nonce came back from the echo. */
export const nonceHeader = 'x-kong-drill-nonce';

/** Headers that tell what Kong did; those that count or date are left out. */
const essential = [
  'location',
  'www-authenticate',
  'access-control-allow-origin',
  'ratelimit-limit',
  /^x-ratelimit-limit-/,
] as const;

/** Headers that Kong gives the upstream about the caller. */
const callerHeaders = [
  'x-consumer-username',
  'x-consumer-custom-id',
  'x-consumer-groups',
  'x-anonymous-consumer',
];

/** @param balanced which hosts are of one upstream: any of them is as good as another. */
export function answerInWords(
  reply: Reply | { readonly error: string },
  nonce: string,
  balanced: Balanced = new Map(),
): string {
  if ('error' in reply) return `${unanswered}: ${reply.error}`;
  const { status, headers, body } = reply;
  if (status === 429) return limited;
  const shown = Object.keys(headers)
    .filter((name) => essential.some((each) => (typeof each === 'string' ? each === name : each.test(name))))
    .sort()
    .map((name) => `${name}: ${[headers[name]].flat().join(', ')}`);
  return [String(status), ...contentOf(body, { nonce, balanced }), ...shown].join(', ');
}

interface Sent {
  readonly nonce: string;
  readonly balanced: Balanced;
}

function contentOf(body: string, sent: Sent): string[] {
  const value = parse(body);
  if (!isObject(value)) return body === '' ? [] : [`body ${digest(body)}`];
  if ('nonce' in value && 'host' in value) return echoed(value, sent);
  // Kong's own answers carry an id of the request.
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'request_id'));
  return typeof rest.message === 'string'
    ? [JSON.stringify(rest.message)]
    : [`body ${digest(canonicalJson(rest))}`];
}

function echoed(value: JsonObject, { nonce, balanced }: Sent): string[] {
  const headers = isObject(value.headers) ? value.headers : {};
  const caller = callerHeaders
    .filter((name) => headers[name] !== undefined)
    .map((name) => `${name.replace('x-', '')} ${inOrder(name, words(headers[name]))}`);
  const fresh = value.nonce === nonce ? [] : ['not the nonce that was sent'];
  const upstream = balanced.get(hostOf(words(value.host)));
  const from = upstream === undefined ? words(value.host) : `a target of ${upstream} `;
  return [`from ${from}${words(value.path).replace(/\?.*/, '')}`, ...caller, ...fresh];
}

/** Groups come in the order of their ids: another one says nothing. */
function inOrder(name: string, value: string): string {
  return name === 'x-consumer-groups' ? value.split(/,\s*/).sort().join(', ') : value;
}

function words(value: Json | undefined): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function parse(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return null;
  }
}
