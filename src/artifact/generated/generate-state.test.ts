import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import type { Json } from '../../model/entity.js';
import { mostPlugins } from '../../model/generate.js';
import { generateState } from './generate-state.js';
import type { GeneratedEntity } from './generate-state.js';

const amounts = { services: 40, routes: 60, consumers: 24, upstreams: 7, certificates: 3 };

test('generateState - the same numbers give the same state, to the id', () => {
  assert.deepEqual(generateState({ ...amounts, seed: 7 }), generateState({ ...amounts, seed: 7 }));
});

test('generateState - another seed gives another state, without an id in common', () => {
  const ids = new Set(entitiesOf(7).map(idOf));
  assert.ok(entitiesOf(8).every((entity) => !ids.has(idOf(entity))));
});

test('generateState - one more of a kind leaves all others as they were', () => {
  const before = entitiesOf(7);
  const after = new Map(entitiesOf(7, { routes: 61, consumers: 25 }).map((each) => [idOf(each), each]));
  assert.equal(after.size, before.length + 4);
  for (const entity of before) assert.deepEqual(after.get(idOf(entity)), entity);
});

test('generateState - as many of each kind as was asked for, each with an id of its own', () => {
  const entities = entitiesOf(7, { plugins: 50 });
  const counts = Object.fromEntries(
    ['services', 'routes', 'consumers', 'upstreams', 'certificates', 'plugins'].map((kind) => [
      kind,
      entities.filter(({ path }) => new RegExp(`^/${kind}/[0-9a-f-]{36}$`).test(path)).length,
    ]),
  );
  assert.deepEqual(counts, { ...amounts, plugins: 50 });
  assert.equal(new Set(entities.map(idOf)).size, entities.length);
});

test('generateState - what is left out follows the number of services', () => {
  const { levels } = generateState({ services: 20, seed: 1 });
  const [first = []] = levels;
  assert.equal(first.length, 2 + 5 + 20 + 20);
  assert.equal(levels.at(-1)?.length, 20);
});

test('generateState - every reference leads to an entity of an earlier level', () => {
  const known = new Set<string>();
  for (const level of generateState({ ...amounts, plugins: 200, seed: 7 }).levels) {
    for (const { path, body } of level) {
      const owner = /^\/(?:consumers|upstreams)\/([^/]+)\/\w/.exec(path)?.[1];
      const parents = Object.values(body).flatMap((value) =>
        typeof value === 'object' && value !== null && 'id' in value ? [value.id] : [],
      );
      for (const id of [...parents, owner].filter((each) => each !== undefined))
        assert.ok(known.has(textOf(id)), `${path} refers to ${textOf(id)}`);
    }
    for (const entity of level) known.add(idOf(entity));
  }
});

test('generateState - no two plugins of a name on one service or route, up to the most that fit', () => {
  const plugins = mostPlugins({ ...amounts, plugins: 0 });
  const pairs = entitiesOf(7, { plugins })
    .filter(({ path }) => path.startsWith('/plugins/'))
    .map(({ body }) => JSON.stringify([body.name, body.service, body.route]));
  assert.equal(pairs.length, plugins);
  assert.equal(new Set(pairs).size, plugins);
});

test('generateState - where there are groups to pass, there is a login', () => {
  const plugins = entitiesOf(7, { plugins: 40 }).filter(({ path }) => path.startsWith('/plugins/'));
  const services = (names: readonly string[]) =>
    new Set(
      plugins
        .filter(({ body }) => names.includes(textOf(body.name)))
        .map(({ body }) => JSON.stringify(body.service)),
    );
  const guarded = services(['acl']);
  const asked = services(['key-auth', 'basic-auth', 'hmac-auth', 'jwt']);
  assert.ok(asked.size > 0);
  assert.ok([...guarded].every((service) => asked.has(service)));
});

test('generateState - logins of four kinds, and the passwords that Kong will not give back', () => {
  const { levels, passwords } = generateState({ ...amounts, seed: 7 });
  const kinds = levels.flat().map(({ path }) => /^\/consumers\/[^/]+\/([^/]+)\//.exec(path)?.[1]);
  for (const kind of ['key-auth', 'basic-auth', 'hmac-auth', 'jwt'])
    assert.equal(kinds.filter((each) => each === kind).length, 6, kind);
  assert.equal(passwords.size, 6);
});

test('generateState - certificates are self-signed, for their server name, and fit their keys', () => {
  const entities = entitiesOf(7);
  const serverNames = entities.filter(({ path }) => path.startsWith('/snis/'));
  assert.equal(serverNames.length, 3);
  for (const sni of serverNames) {
    const { id } = sni.body.certificate as { id: string };
    const pair = entities.find(({ path }) => path === `/certificates/${id}`)?.body;
    const certificate = new X509Certificate(textOf(pair?.cert));
    assert.ok(certificate.checkPrivateKey(createPrivateKey(textOf(pair?.key))));
    assert.ok(certificate.verify(certificate.publicKey));
    assert.equal(certificate.checkHost(textOf(sni.body.name)), sni.body.name);
    assert.ok(new Date(certificate.validTo) > new Date('2040-01-01'));
  }
});

function entitiesOf(seed: number, more: Partial<Record<string, number>> = {}): readonly GeneratedEntity[] {
  return generateState({ ...amounts, ...more, seed }).levels.flat();
}

function idOf({ path, body }: GeneratedEntity): string {
  return typeof body.id === 'string' ? body.id : (path.split('/').at(-1) ?? '');
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : assert.fail(`expected a text, got ${JSON.stringify(value)}`);
}
