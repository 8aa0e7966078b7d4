import type { Json, JsonObject } from '../../json.js';
import { at, texts } from '../../json.js';
import type { Plugin } from './plugin.js';

/** Headers, and the top level of JSON bodies. */
export const responseTransformer: Plugin = (config, { transforms }) => {
  const changesBody = ['remove', 'rename', 'replace', 'add', 'append'].some(
    (action) => texts(at(config, `${action}.json`)).length > 0,
  );
  transforms.push({
    headers: (headers) => {
      changeHeaders(config, headers);
    },
    body: changesBody ? (json) => changeJson(config, json) : undefined,
  });
  return undefined;
};

function changeHeaders(config: JsonObject, headers: Map<string, string[]>): void {
  for (const name of texts(at(config, 'remove.headers')))
    headers.delete((split(name)[0] || name).toLowerCase());
  for (const [from, to] of pairs(config, 'rename.headers')) {
    const values = headers.get(from.toLowerCase());
    if (!values) continue;
    headers.delete(from.toLowerCase());
    headers.set(to.toLowerCase(), values);
  }
  for (const [name, value] of pairs(config, 'replace.headers')) {
    if (headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), [value]);
  }
  for (const [name, value] of pairs(config, 'add.headers')) {
    if (!headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), [value]);
  }
  for (const [name, value] of pairs(config, 'append.headers')) {
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value]);
  }
}

function changeJson(config: JsonObject, json: JsonObject): JsonObject {
  const removed = texts(at(config, 'remove.json'));
  const out = new Map<string, Json>(Object.entries(json).filter(([key]) => !removed.includes(key)));
  for (const [key, value] of pairs(config, 'replace.json')) if (out.has(key)) out.set(key, value);
  for (const [key, value] of pairs(config, 'add.json')) if (!out.has(key)) out.set(key, value);
  for (const [key, value] of pairs(config, 'append.json')) {
    const known = out.get(key);
    out.set(key, known === undefined ? [value] : [...(Array.isArray(known) ? known : [known]), value]);
  }
  return Object.fromEntries(out);
}

const pairs = (config: JsonObject, path: string): [string, string][] => texts(at(config, path)).map(split);

function split(pair: string): [string, string] {
  const colon = pair.indexOf(':');
  return colon < 0 ? [pair, ''] : [pair.slice(0, colon), pair.slice(colon + 1).trim()];
}
