/**
 * The one table of entity kinds, in dependency order: each comes after what it refers to.
 * Sources: the schemas, endpoints and tables of Kong 3.9.3; for Enterprise its Admin API, not verified on a licensed image.
 */
import type { StageKind } from '../model/drill-recovery.js';
import { genericKind, kind } from './kind.js';
import type { Kind, RemakingStage } from './kind.js';

/** A kind that Admin API, table, decK file and schema spell alike, but for what `given` says. */
const core = (name: string, given: Parameters<typeof kind>[1]): Kind => {
  const schema = given.schema ?? name.replaceAll('-', '_');
  return kind(name, { admin: `/${schema}`, table: schema, deck: schema, schema, ...given });
};

/** A kind that belongs to a consumer. */
const credential = (name: string, given: Parameters<typeof kind>[1]): Kind =>
  core(name, { parents: { consumer: 'consumers' }, ...given });

const enterprise = (name: string, given: Parameters<typeof kind>[1]): Kind =>
  core(name, { edition: 'enterprise', ...given });

/** A table that nobody configures. */
const upkeep = (table: string, role: Kind['role'], given: Parameters<typeof kind>[1] = {}): Kind =>
  kind(table, { role, table, global: true, ...given });

const scopes = {
  service: 'services',
  route: 'routes',
  consumer: 'consumers',
  consumer_group: 'consumer-groups',
};

/** The whole match of a route: what tells routes without a name apart. */
const match = [
  'service',
  'paths',
  'hosts',
  'methods',
  'headers',
  'snis',
  'sources',
  'destinations',
  'expression',
];

const configuration: readonly Kind[] = [
  core('workspaces', { deck: false, global: true, keys: [['name']] }),
  core('certificates', { keys: [['cert']], secrets: ['key', 'key_alt'], derived: ['snis'] }),
  core('ca-certificates', { global: true, keys: [['cert_digest'], ['cert']] }),
  core('vaults', { table: 'sm_vaults', keys: [['prefix']] }),
  core('key-sets', { admin: '/key-sets', keys: [['name']] }),
  core('consumers', { keys: [['username'], ['custom_id']] }),
  enterprise('consumer-groups', { keys: [['name']] }),
  enterprise('partials', { keys: [['name']] }),
  core('keys', {
    keys: [['name'], ['kid', 'set']],
    parents: { set: 'key-sets' },
    secrets: ['jwk', 'pem.private_key'],
  }),
  core('snis', { keys: [['name']], parents: { certificate: 'certificates' } }),
  core('services', {
    keys: [['name'], ['host', 'port', 'protocol', 'path']],
    references: { client_certificate: 'certificates', ca_certificates: 'ca-certificates' },
  }),
  core('upstreams', { keys: [['name']], references: { client_certificate: 'certificates' } }),
  core('targets', {
    admin: { how: 'nested', under: 'upstreams', below: '/upstreams', path: 'targets', field: 'upstream' },
    keys: [['target', 'upstream']],
    parents: { upstream: 'upstreams' },
  }),
  core('routes', {
    keys: [['name'], ['protocols', ...match]],
    parents: { service: 'services' },
    sets: ['protocols', 'methods', 'snis', 'sources', 'destinations'],
  }),
  credential('key-auth', {
    admin: '/key-auths',
    schema: 'keyauth_credentials',
    keys: [['key']],
    secrets: ['key'],
    expires: true,
  }),
  credential('basic-auth', {
    admin: '/basic-auths',
    schema: 'basicauth_credentials',
    keys: [['username']],
    secrets: ['password'],
  }),
  credential('hmac-auth', {
    admin: '/hmac-auths',
    schema: 'hmacauth_credentials',
    keys: [['username']],
    secrets: ['secret'],
  }),
  credential('jwt', { admin: '/jwts', schema: 'jwt_secrets', keys: [['key']], secrets: ['secret'] }),
  credential('oauth2', {
    admin: '/oauth2',
    schema: 'oauth2_credentials',
    keys: [['client_id']],
    secrets: ['client_secret'],
  }),
  credential('acls', { keys: [['group', 'consumer']] }),
  credential('mtls-auth', {
    edition: 'enterprise',
    admin: '/mtls-auths',
    schema: 'mtls_auth_credentials',
    keys: [['subject_name', 'ca_certificate', 'consumer']],
    references: { ca_certificate: 'ca-certificates' },
  }),
  enterprise('consumer-group-members', {
    admin: {
      how: 'members',
      under: 'consumer-groups',
      below: '/consumer_groups',
      path: 'consumers',
      field: 'consumer_group',
      member: 'consumer',
    },
    schema: 'consumer_group_consumers',
    deck: 'groups',
    keys: [['consumer_group', 'consumer']],
    parents: { consumer_group: 'consumer-groups', consumer: 'consumers' },
  }),
  core('plugins', {
    keys: [['name', ...Object.keys(scopes)]],
    parents: scopes,
    references: { 'config.anonymous': 'consumers', 'config.ca_certificates': 'ca-certificates' },
    sets: ['protocols'],
  }),
  core('filter-chains', {
    admin: '/filter-chains',
    keys: [['name'], ['filters', 'route', 'service']],
    parents: { route: 'routes', service: 'services' },
  }),
];

const role = { parents: { role: 'rbac-roles' }, sets: ['actions'] };

const enterpriseOnly: readonly Kind[] = [
  enterprise('rbac-roles', { admin: '/rbac/roles', keys: [['name']] }),
  enterprise('rbac-role-endpoints', {
    admin: { how: 'nested', under: 'rbac-roles', below: '/rbac/roles', path: 'endpoints', field: 'role' },
    deck: 'endpoint_permissions',
    keys: [['endpoint', 'workspace', 'role']],
    ...role,
  }),
  enterprise('rbac-role-entities', {
    deck: false,
    admin: { how: 'nested', under: 'rbac-roles', below: '/rbac/roles', path: 'entities', field: 'role' },
    keys: [['entity_id', 'role']],
    ...role,
  }),
  enterprise('rbac-users', {
    deck: false,
    admin: '/rbac/users',
    keys: [['name']],
    secrets: ['user_token', 'user_token_ident'],
  }),
  enterprise('admins', { deck: false, keys: [['username'], ['email']] }),
  enterprise('groups', { deck: false, global: true, keys: [['name']] }),
  enterprise('licenses', { global: true, keys: [['payload']], secrets: ['payload'] }),
  enterprise('event-hooks', {
    deck: false,
    admin: '/event-hooks',
    keys: [['source', 'event', 'handler', 'config']],
    secrets: ['config.secret', 'config.headers'],
  }),
  enterprise('degraphql-routes', {
    keys: [['uri', 'service', 'methods']],
    parents: { service: 'services' },
    sets: ['methods'],
  }),
  enterprise('developers', { deck: false, keys: [['email']] }),
  enterprise('files', { deck: false, keys: [['path']] }),
];

const loss = 'runtime';
const runtime: readonly Kind[] = [
  kind('oauth2-tokens', {
    role: loss,
    admin: '/oauth2_tokens',
    table: 'oauth2_tokens',
    schema: 'oauth2_tokens',
    keys: [['access_token']],
    parents: { credential: 'oauth2', service: 'services' },
    secrets: ['access_token', 'refresh_token'],
    expires: true,
  }),
  kind('oauth2-authorization-codes', {
    role: loss,
    table: 'oauth2_authorization_codes',
    keys: [['code']],
    parents: { credential: 'oauth2', service: 'services', plugin: 'plugins' },
    secrets: ['code', 'challenge'],
    expires: true,
  }),
  kind('sessions', {
    role: loss,
    admin: '/sessions',
    table: 'sessions',
    global: true,
    keys: [['session_id']],
    secrets: ['session_id', 'data'],
    expires: true,
  }),
  kind('session-metadatas', {
    role: loss,
    table: 'session_metadatas',
    global: true,
    keys: [['session', 'audience', 'subject']],
    parents: { session: 'sessions' },
    secrets: ['sid'],
  }),
  kind('acme-storage', {
    role: loss,
    admin: '/acme_storage',
    table: 'acme_storage',
    global: true,
    keys: [['key']],
    secrets: ['value'],
    expires: true,
  }),
];

const rest: readonly Kind[] = [
  upkeep('schema_meta', 'bookkeeping', { keys: [['key', 'subsystem']] }),
  upkeep('parameters', 'bookkeeping', { keys: [['key']], schema: 'parameters', differs: ['value'] }),
  // Follows from the `tags` of every entity: a trigger keeps it.
  upkeep('tags', 'ephemeral', { admin: '/tags', schema: 'tags' }),
  upkeep('ratelimiting_metrics', 'counter', { expires: true }),
  upkeep('response_ratelimiting_metrics', 'counter'),
  upkeep('cluster_events', 'ephemeral'),
  upkeep('cluster_ca', 'bookkeeping', { secrets: ['key'], differs: ['key', 'cert'] }),
  upkeep('clustering_data_planes', 'ephemeral', { schema: 'clustering_data_planes', expires: true }),
  upkeep('clustering_rpc_requests', 'ephemeral'),
  upkeep('clustering_sync_version', 'ephemeral'),
  upkeep('clustering_sync_delta', 'ephemeral'),
  upkeep('locks', 'ephemeral', { expires: true }),
];

export const kinds: readonly Kind[] = [...configuration, ...enterpriseOnly, ...runtime, ...rest];

const byName = new Map(kinds.map((each) => [each.name, each]));
const byTable = new Map(kinds.flatMap((each) => (each.table === undefined ? [] : [[each.table, each]])));

/** The row of a kind; for one that no row names, the generic one. */
export function kindNamed(name: string): Kind {
  return byName.get(name) ?? genericKind(name);
}

/** Whether a row names the kind, so that it is known which sources can hold it. */
export function isKnownKind(name: string): boolean {
  return byName.has(name);
}

/** The row of a table; for a table that no row names, the generic one under the table's name. */
export function kindOfTable(table: string): Kind {
  return byTable.get(table) ?? genericKind(table, { table });
}

/** Where a kind stands in the dependency order; unknown kinds come last. */
export function rankOf(name: string): number {
  const at = ranks.get(name);
  return at ?? ranks.size;
}

const ranks = new Map(kinds.map((each, index) => [each.name, index]));

/** Fields that are legitimately other after these stages, as `kind.field`: the `ignore` of a comparison. */
export function fieldsThatDifferAfter(stages: readonly StageKind[]): readonly string[] {
  const remaking = stages.filter(
    (stage): stage is RemakingStage => stage === 'deck-sync' || stage === 'ci-replay',
  );
  return kinds.flatMap((each) =>
    [...new Set(remaking.flatMap((stage) => each.differs[stage]))].map((field) => `${each.name}.${field}`),
  );
}
