import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { entityKindWords } from '../model/entity.js';
import { isObject } from '../model/entity.js';
import type { Json, JsonObject } from '../model/entity.js';
import { recordingsFolder, withoutRecordings } from '../testing/recordings.js';
import { isList } from './json.js';
import type { Kind } from './kind.js';
import { fieldsThatDifferAfter, kindNamed, kindOfTable, kinds, rankOf } from './kinds.js';
import { configAliases, configSets, isSecretField } from './plugin-config.js';

const skip = withoutRecordings;

const tablesByRole = {
  configuration: `workspaces services routes upstreams targets consumers plugins certificates ca_certificates snis sm_vaults keys
    key_sets filter_chains acls basicauth_credentials hmacauth_credentials jwt_secrets keyauth_credentials oauth2_credentials`,
  runtime: 'oauth2_tokens oauth2_authorization_codes sessions session_metadatas acme_storage',
  counter: 'ratelimiting_metrics response_ratelimiting_metrics',
  ephemeral: `cluster_events clustering_data_planes clustering_rpc_requests clustering_sync_version clustering_sync_delta locks tags`,
  bookkeeping: 'schema_meta parameters cluster_ca',
};

test('kinds - every table of Kong 3.9 has a row, with its role', () => {
  for (const [role, tables] of Object.entries(tablesByRole)) {
    for (const table of tables.trim().split(/\s+/)) {
      const row = kinds.find((kind) => kind.table === table);
      assert.equal(row?.role, role, table);
      assert.equal(row.edition, 'oss', table);
    }
  }
});

test('kinds - each row is needed: the whole list, in dependency order', () => {
  const expected = `workspaces certificates ca-certificates vaults key-sets consumers consumer-groups partials keys snis services
    upstreams targets routes key-auth basic-auth hmac-auth jwt oauth2 acls mtls-auth consumer-group-members plugins filter-chains
    rbac-roles rbac-role-endpoints rbac-role-entities rbac-users admins groups licenses event-hooks degraphql-routes developers
    files oauth2-tokens oauth2-authorization-codes sessions session-metadatas acme-storage schema_meta parameters tags
    ratelimiting_metrics response_ratelimiting_metrics cluster_events cluster_ca clustering_data_planes clustering_rpc_requests
    clustering_sync_version clustering_sync_delta locks`;
  assert.deepEqual(
    kinds.map(({ name }) => name),
    expected.split(/\s+/),
  );
});

test('kinds - the words of the drill language are the OSS configuration', () => {
  const rows = kinds.filter(({ role, edition }) => role === 'configuration' && edition === 'oss');
  assert.deepEqual(
    rows.map(({ name }) => name),
    entityKindWords,
  );
});

test('kinds - what a kind refers to comes before it', () => {
  for (const kind of kinds) {
    for (const target of [...Object.values(kind.parents), ...Object.values(kind.references)]) {
      assert.ok(
        kinds.some(({ name }) => name === target),
        `${kind.name} → ${target}`,
      );
      assert.ok(rankOf(target) < rankOf(kind.name), `${kind.name} → ${target}`);
    }
  }
});

test('kinds - an unknown kind or table is known by its name, and compared whole', () => {
  assert.equal(rankOf('my-plugin'), kinds.length);
  assert.deepEqual(kindNamed('my-plugin').keys, [['name']]);
  assert.equal(kindOfTable('my_table').name, 'my_table');
  assert.equal(kindOfTable('my_table').role, 'configuration');
  assert.equal(kindOfTable('sm_vaults').name, 'vaults');
});

test('kinds - times differ after entities are made anew, and only then', () => {
  assert.deepEqual(fieldsThatDifferAfter(['database-restore', 'reattach']), []);
  const after = fieldsThatDifferAfter(['database-restore', 'deck-sync']);
  assert.ok(after.includes('services.created_at'));
  assert.ok(after.includes('key-auth.expires_at'));
  assert.ok(!after.some((field) => field.endsWith('.id') || field.endsWith('.password')));
});

interface Field {
  readonly type?: string;
  readonly reference?: string;
  readonly encrypted?: boolean;
  readonly transient?: boolean;
  readonly fields?: readonly Record<string, Field>[];
  readonly shorthand_fields?: readonly Record<string, Shorthand>[];
}
interface Shorthand {
  readonly deprecation?: { readonly replaced_with?: readonly { readonly path: readonly string[] }[] };
}

test('kinds - agrees with every entity schema that a real Kong gave', { skip }, () => {
  const schemas = recorded(/-entity-/);
  assert.ok(schemas.length >= 20);
  for (const { name, fields } of schemas) {
    const row = kinds.find(({ schema }) => schema === name);
    assert.ok(row, `no row for ${name}`);
    if (row.role === 'ephemeral') continue;
    for (const [field, schema] of members(fields)) agrees(row, field, schema);
    for (const field of row.sets) assert.ok(field in Object.fromEntries(members(fields)), `${name}.${field}`);
  }
});

test('kinds - secrets, sets and old spellings in every plugin schema that a real Kong gave', { skip }, () => {
  const schemas = recorded(/-plugin-/);
  assert.ok(schemas.length >= 35);
  for (const { name, fields } of schemas) {
    const seen = walk(fields, '');
    assert.deepEqual(
      seen.encrypted.filter((path) => !isSecretField(path.split('.').at(-1) ?? '')),
      [],
      `secrets of ${name}`,
    );
    assert.deepEqual(configSets.get(name) ?? [], seen.sets, `sets of ${name}`);
    for (const [alias, field] of seen.aliases) assert.equal(configAliases.get(name)?.[alias], field, alias);
  }
});

test('kinds - every collection among the endpoints of a real Kong is known', { skip }, () => {
  const file = join(recordingsFolder, 'info', '004-endpoints.json');
  const { response } = JSON.parse(readFileSync(file, 'utf8')) as { response: { body: { data: string[] } } };
  const named = kinds.flatMap(({ admin }) => (admin?.how === 'collection' ? [admin.path] : []));
  const collections = response.body.data.filter(
    (path) =>
      /^\/[a-z0-9_-]+$/.test(path) && response.body.data.some((other) => other.startsWith(`${path}/{`)),
  );
  const others = ['/cache', '/proxy-cache', '/targets'];
  assert.deepEqual(
    collections.filter((path) => !named.includes(path)),
    others,
  );
});

function agrees(
  row: Kind,
  field: string,
  { type, reference, encrypted, transient, fields = [] }: Field,
): void {
  const place = `${row.name}.${field}`;
  if (type === 'foreign') {
    const target = row.parents[field] ?? row.references[field];
    assert.equal(kindNamed(target ?? '').schema, reference, place);
  }
  if (type === 'set' && field !== 'tags') assert.ok(row.sets.includes(field), place);
  if (encrypted) assert.ok(row.secrets.includes(field), place);
  if (transient) assert.ok(row.derived.includes(field), place);
  for (const [inner, { encrypted: hidden }] of members(fields)) {
    if (hidden && inner !== 'public_key') assert.ok(row.secrets.includes(`${field}.${inner}`), place);
  }
}

function recorded(pattern: RegExp): { name: string; fields: readonly Record<string, Field>[] }[] {
  const folder = join(recordingsFolder, 'schemas');
  return readdirSync(folder)
    .filter((file) => pattern.test(file) && !file.includes('validate'))
    .flatMap((file) => {
      const exchange = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonObject;
      const body = at(at(exchange, 'response'), 'body');
      const fields = at(body, 'fields');
      const name = file.replace(/^\d+-(entity|plugin)-/, '').replace('.json', '');
      return isList(fields) ? [{ name, fields: fields as unknown as Record<string, Field>[] }] : [];
    });
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? value[key] : undefined;
}

function members(fields: readonly Record<string, Field>[]): [string, Field][] {
  return fields.flatMap((field) => Object.entries(field));
}

interface Seen {
  readonly encrypted: string[];
  readonly sets: string[];
  readonly aliases: [string, string][];
}

function walk(fields: readonly Record<string, Field>[], path: string): Seen {
  const seen: Seen = { encrypted: [], sets: [], aliases: [] };
  for (const [name, field] of members(fields)) {
    const place = path === '' ? name : `${path}.${name}`;
    if (field.encrypted) seen.encrypted.push(place);
    if (field.type === 'set' && path !== '') seen.sets.push(place);
    for (const shorthand of field.shorthand_fields ?? []) {
      for (const [alias, { deprecation }] of Object.entries(shorthand)) {
        const target = deprecation?.replaced_with?.[0]?.path.join('.');
        if (target !== undefined) seen.aliases.push([`${place}.${alias}`, `${place}.${target}`]);
      }
    }
    const below = walk(field.fields ?? [], place);
    seen.encrypted.push(...below.encrypted);
    seen.sets.push(...below.sets);
    seen.aliases.push(...below.aliases);
  }
  return seen;
}
