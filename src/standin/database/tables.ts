import type { Kind } from '../entities/kinds.js';
import { fieldsIn, kindNamed, kinds } from '../entities/kinds.js';
import type { Field } from '../schema/model.js';

/** Creates Kong's tables: those of entities follow from their schemas, the rest is written out below. */
export const createTables = (): string =>
  [workspaces, tags, ...kinds.map(createTable), runtimeTables].join('\n');

function createTable(kind: Kind): string {
  const columns = fieldsIn(kind)
    .filter(([, field]) => !field.transient)
    .map(([name, field]) => column(kind, name, field));
  if (kind.inWorkspace)
    columns.push(`"ws_id" UUID CONSTRAINT "${kind.table}_ws_id_fkey" REFERENCES "workspaces"`);
  if (hasCacheKey(kind)) columns.push('"cache_key" TEXT');
  if (kind.ttl) columns.push('"ttl" TIMESTAMP WITH TIME ZONE');
  const uniques = fieldsIn(kind)
    .filter(([, field]) => field.unique)
    .map(([name, field]) => unique(kind, name, field));
  if (hasCacheKey(kind)) uniques.push(`CONSTRAINT "${kind.table}_cache_key_key" UNIQUE ("cache_key")`);
  return `
    CREATE TABLE "${kind.table}" (${[...columns, ...uniques].join(', ')});

    ${hasTags(kind) ? tagIndex(kind.table) : ''}
    ${kind.ttl ? `CREATE INDEX "${kind.table}_ttl_idx" ON "${kind.table}" ("ttl");` : ''}
    ${foreignIndexes(kind)}`;
}

/** Only a key of several fields needs a column to be unique in. */
export const hasCacheKey = (kind: Kind): boolean => (kind.cacheKey?.length ?? 0) > 1;
export const columnOf = (name: string, field: Field): string =>
  field.type === 'foreign' ? `${name}_id` : name;
const hasTags = (kind: Kind): boolean => fieldsIn(kind).some(([name]) => name === 'tags');

function column(kind: Kind, name: string, field: Field): string {
  const head = `"${columnOf(name, field)}" ${columnType(field)}`;
  if (name === 'id') return `${head} CONSTRAINT "${kind.table}_pkey" PRIMARY KEY`;
  if (field.type !== 'foreign') return head;
  const target = kindNamed(field.reference ?? '').table;
  const onDelete = field.on_delete === 'cascade' ? ' ON DELETE CASCADE' : '';
  return `${head} CONSTRAINT "${kind.table}_${name}_id_fkey" REFERENCES "${target}"${onDelete}`;
}

export function columnType(field: Field): string {
  if (field.timestamp) return `TIMESTAMP(${field.type === 'integer' ? 0 : 3}) WITH TIME ZONE`;
  switch (field.type) {
    case 'string':
      return field.uuid ? 'UUID' : 'TEXT';
    case 'foreign':
      return 'UUID';
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE PRECISION';
    case 'boolean':
      return 'BOOLEAN';
    case 'array':
    case 'set':
      return field.elements ? `${columnType(field.elements)}[]` : 'JSONB';
    default:
      return 'JSONB';
  }
}

function unique(kind: Kind, name: string, field: Field): string {
  const within = kind.inWorkspace && !field.unique_across_ws ? '"ws_id", ' : '';
  return `CONSTRAINT "${kind.table}_${name}_key" UNIQUE (${within}"${columnOf(name, field)}")`;
}

const foreignIndexes = (kind: Kind): string =>
  fieldsIn(kind)
    .filter(([, field]) => field.type === 'foreign')
    .map(([name]) => `CREATE INDEX "${kind.table}_${name}_id_idx" ON "${kind.table}" ("${name}_id");`)
    .join('\n');

const tagIndex = (table: string): string => `
  CREATE INDEX "${table}_tags_idx" ON "${table}" USING GIN ("tags");
  CREATE TRIGGER "${table}_sync_tags_trigger" AFTER INSERT OR UPDATE OF "tags" OR DELETE ON "${table}"
    FOR EACH ROW EXECUTE FUNCTION sync_tags();`;

const workspaces = `
  CREATE TABLE workspaces (
    id UUID PRIMARY KEY, name TEXT UNIQUE, comment TEXT, created_at TIMESTAMP(0) WITH TIME ZONE,
    meta JSONB, config JSONB, updated_at TIMESTAMP(0) WITH TIME ZONE);`;

const tags = `
  CREATE TABLE tags (entity_id UUID PRIMARY KEY, entity_name TEXT, tags TEXT[]);
  CREATE INDEX tags_entity_name_idx ON tags (entity_name);
  CREATE INDEX tags_tags_idx ON tags USING GIN (tags);
  CREATE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      DELETE FROM public.tags WHERE entity_id = OLD.id;
      RETURN OLD;
    END IF;
    INSERT INTO public.tags VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
      ON CONFLICT (entity_id) DO UPDATE SET tags = EXCLUDED.tags;
    RETURN NEW;
  END $$;`;

const runtimeTables = `
  CREATE TABLE oauth2_authorization_codes (
    id UUID PRIMARY KEY, created_at TIMESTAMP(0) WITH TIME ZONE,
    credential_id UUID REFERENCES oauth2_credentials ON DELETE CASCADE,
    service_id UUID REFERENCES services ON DELETE CASCADE,
    code TEXT UNIQUE, authenticated_userid TEXT, scope TEXT, challenge TEXT, challenge_method TEXT,
    ttl TIMESTAMP WITH TIME ZONE, ws_id UUID REFERENCES workspaces);
  CREATE TABLE sessions (
    id UUID PRIMARY KEY, session_id TEXT UNIQUE, expires INTEGER, data TEXT,
    created_at TIMESTAMP(0) WITH TIME ZONE, ttl TIMESTAMP WITH TIME ZONE);
  CREATE TABLE acme_storage (
    id UUID PRIMARY KEY, key TEXT UNIQUE, value TEXT,
    created_at TIMESTAMP(0) WITH TIME ZONE, ttl TIMESTAMP WITH TIME ZONE);
  CREATE TABLE ratelimiting_metrics (
    identifier TEXT, period TEXT, period_date TIMESTAMP WITH TIME ZONE, service_id UUID, route_id UUID,
    value INTEGER, ttl TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (identifier, period, period_date, service_id, route_id));
  CREATE TABLE response_ratelimiting_metrics (
    identifier TEXT, period TEXT, period_date TIMESTAMP WITH TIME ZONE, service_id UUID, route_id UUID,
    value INTEGER, PRIMARY KEY (identifier, period, period_date, service_id, route_id));
  CREATE TABLE cluster_events (
    id UUID PRIMARY KEY, node_id UUID NOT NULL, at TIMESTAMP WITH TIME ZONE NOT NULL,
    nbf TIMESTAMP WITH TIME ZONE, expire_at TIMESTAMP WITH TIME ZONE NOT NULL, channel TEXT, data TEXT);
  CREATE INDEX cluster_events_at_idx ON cluster_events (at);
  CREATE TABLE clustering_data_planes (
    id UUID PRIMARY KEY, hostname TEXT, ip TEXT, last_seen TIMESTAMP(0) WITH TIME ZONE, config_hash TEXT,
    ttl TIMESTAMP WITH TIME ZONE, version TEXT, sync_status TEXT, labels JSONB, cert_details JSONB,
    rpc_capabilities TEXT[]);
  CREATE TABLE clustering_rpc_requests (
    id BIGSERIAL PRIMARY KEY, node_id UUID NOT NULL, reply_to UUID NOT NULL,
    ttl TIMESTAMP WITH TIME ZONE NOT NULL, payload JSON NOT NULL);
  CREATE TABLE clustering_sync_version (version BIGSERIAL PRIMARY KEY);
  CREATE TABLE clustering_sync_delta (
    version BIGINT NOT NULL REFERENCES clustering_sync_version ON DELETE CASCADE, type TEXT NOT NULL,
    pk JSON NOT NULL, ws_id UUID NOT NULL, entity JSON);
  CREATE TABLE locks (key TEXT PRIMARY KEY, owner TEXT, ttl TIMESTAMP WITH TIME ZONE);
  CREATE TABLE parameters (key TEXT PRIMARY KEY, value TEXT NOT NULL, created_at TIMESTAMP WITH TIME ZONE);`;
