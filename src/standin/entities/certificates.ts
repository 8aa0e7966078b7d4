import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../json.js';
import { idOf, isUuid, text, texts } from '../json.js';
import { customProblem } from '../schema/custom.js';
import type { Entities } from './entities.js';
import { invalidUniqueName, Refusal, schemaViolation } from './errors.js';
import type { Kind } from './kinds.js';
import { kindNamed } from './kinds.js';

interface Page {
  data: JsonObject[];
  next: string | null;
  offset?: string;
}

/** Entities, where a certificate carries the names of its SNIs in the field `snis`. */
export class CertificateEntities {
  readonly #entities: Entities;
  readonly #snis = kindNamed('snis');

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  /** A certificate can also be named by one of its SNIs. */
  async idFor(kind: Kind, key: string, method: string): Promise<string> {
    if (kind.name !== 'certificates' || isUuid(key)) return key;
    const sni = await this.#entities.find(this.#snis, key);
    if (sni) return idOf(sni.certificate) ?? key;
    if (method === 'PUT') return randomUUID();
    throw new Refusal(404, { message: 'SNI not found' });
  }

  async list(kind: Kind, page: Page): Promise<JsonObject> {
    const data = await Promise.all(page.data.map((shown) => this.#withNames(kind, shown)));
    return { ...page, data };
  }

  show(kind: Kind, stored: JsonObject): Promise<JsonObject> {
    return this.#withNames(kind, this.#entities.show(kind, stored));
  }

  async create(kind: Kind, input: JsonObject): Promise<JsonObject> {
    return this.#write(kind, input, undefined, (rest) => this.#entities.create(kind, rest));
  }

  async replace(
    kind: Kind,
    { id, name }: { id: string; name: string | undefined },
    input: JsonObject,
  ): Promise<JsonObject> {
    // A PUT without names takes the old ones away; with names, the one in the path is added.
    const given = Array.isArray(input.snis) && name !== undefined ? [...input.snis, name] : input.snis;
    const snis = Array.isArray(given) ? [...new Set(given)] : (given ?? null);
    const complete = kind.name === 'certificates' ? { ...input, snis } : input;
    return this.#write(kind, complete, id, (rest) => this.#entities.replace(kind, id, rest));
  }

  update(kind: Kind, id: string, input: JsonObject): Promise<JsonObject> {
    return this.#write(kind, input, id, (rest) => this.#entities.update(kind, id, rest));
  }

  async remove(kind: Kind, entity: JsonObject): Promise<void> {
    if (kind.name === 'certificates') await this.#setNames(text(entity.id), []);
    await this.#entities.remove(kind, entity);
  }

  async #write(
    kind: Kind,
    input: JsonObject,
    id: string | undefined,
    act: (rest: JsonObject) => Promise<JsonObject>,
  ): Promise<JsonObject> {
    const { snis, ...rest } = input;
    if (kind.name !== 'certificates' || snis === undefined) return this.show(kind, await act(input));
    const names = await this.#newNames(snis, id);
    const saved = await act(rest);
    await this.#setNames(text(saved.id), names);
    return this.show(kind, saved);
  }

  /** Names that are valid, given once, and not those of another certificate. */
  async #newNames(given: Json, id: string | undefined): Promise<string[]> {
    const names = typeof given === 'string' ? [given] : texts(given);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw schemaViolation({ snis: `${twice} is duplicated` });
    for (const name of names) {
      const problem = customProblem('snis.name', name);
      if (problem !== undefined) throw invalidUniqueName(problem);
      const owner = idOf((await this.#entities.find(this.#snis, name))?.certificate);
      if (owner !== undefined && owner !== id) {
        throw schemaViolation({ snis: `${name} already associated with existing certificate '${owner}'` });
      }
    }
    return names.sort();
  }

  async #setNames(id: string, names: string[]): Promise<void> {
    const known = await this.#entities.store.all(this.#snis, { parent: { field: 'certificate', id } });
    for (const sni of known) {
      if (!names.includes(text(sni.name))) await this.#entities.remove(this.#snis, sni);
    }
    const missing = names.filter((name) => !known.some((sni) => sni.name === name));
    for (const name of missing) await this.#entities.create(this.#snis, { name, certificate: { id } });
  }

  async #withNames(kind: Kind, shown: JsonObject): Promise<JsonObject> {
    if (kind.name !== 'certificates') return shown;
    const parent = { field: 'certificate', id: text(shown.id) };
    const snis = await this.#entities.store.all(this.#snis, { parent });
    return { ...shown, snis: snis.map((sni) => text(sni.name)).sort() };
  }
}
