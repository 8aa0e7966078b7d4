import { randomUUID } from 'node:crypto';
import type { Database } from './database.js';
import { createTables } from './tables.js';

/** The migrations of Kong 3.9.3, by subsystem, as `kong migrations list` prints them. */
const bundled: Record<string, string> = {
  core:
    '000_base 003_100_to_110 004_110_to_120 005_120_to_130 006_130_to_140 007_140_to_150 008_150_to_200 ' +
    '009_200_to_210 010_210_to_211 011_212_to_213 012_213_to_220 013_220_to_230 014_230_to_270 015_270_to_280 ' +
    '016_280_to_300 017_300_to_310 018_310_to_320 019_320_to_330 020_330_to_340 021_340_to_350 022_350_to_360 ' +
    '023_360_to_370 024_380_to_390',
  acl: '000_base_acl 002_130_to_140 003_200_to_210 004_212_to_213',
  acme: '000_base_acme 001_280_to_300 002_320_to_330 003_350_to_360',
  'ai-proxy': '001_360_to_370',
  'basic-auth': '000_base_basic_auth 002_130_to_140 003_200_to_210',
  'bot-detection': '001_200_to_210',
  'hmac-auth': '000_base_hmac_auth 002_130_to_140 003_200_to_210',
  'http-log': '001_280_to_300',
  'ip-restriction': '001_200_to_210',
  jwt: '000_base_jwt 002_130_to_140 003_200_to_210',
  'key-auth': '000_base_key_auth 002_130_to_140 003_200_to_210 004_320_to_330',
  oauth2: '000_base_oauth2 003_130_to_140 004_200_to_210 005_210_to_211 006_320_to_330 007_320_to_330',
  opentelemetry: '001_331_to_332',
  'post-function': '001_280_to_300',
  'pre-function': '001_280_to_300',
  'rate-limiting': '000_base_rate_limiting 003_10_to_112 004_200_to_210 005_320_to_330 006_350_to_360',
  'response-ratelimiting': '000_base_response_rate_limiting 001_350_to_360',
  session: '000_base_session 001_add_ttl_index 002_320_to_330',
};

/** What a version other than 3.9.3 adds, so that `up` and `finish` have something to do. */
const addition = { subsystem: 'core', name: '025_standin_upgrade' };

export interface Migrations {
  subsystem: string;
  namespace: string;
  migrations: string[];
}

export interface SchemaState {
  needs_bootstrap: boolean;
  executed_migrations?: Migrations[];
  pending_migrations?: Migrations[];
  new_migrations?: Migrations[];
}

export async function schemaState(database: Database, version: string): Promise<SchemaState> {
  const [table] = await database.query("SELECT to_regclass('schema_meta') AS found");
  const rows = table?.found
    ? await database.query("SELECT subsystem, executed, pending FROM schema_meta WHERE key = 'schema_meta'")
    : [];
  if (rows.length === 0) return { needs_bootstrap: true, new_migrations: known(version).map(describe) };
  const lists = (column: string) =>
    new Map(rows.map((row) => [String(row.subsystem), (row[column] ?? []) as string[]]));
  const [executed, pending] = [lists('executed'), lists('pending')];
  const done = (subsystem: string) => [...(executed.get(subsystem) ?? []), ...(pending.get(subsystem) ?? [])];
  const fresh = known(version).map(([subsystem, names]): Listed => [
    subsystem,
    names.filter((name) => !done(subsystem).includes(name)),
  ]);
  return {
    needs_bootstrap: false,
    ...described(
      'executed_migrations',
      known(version).map(([name]) => [name, executed.get(name) ?? []]),
    ),
    ...described('pending_migrations', [...pending]),
    ...described('new_migrations', fresh),
  };
}

type Listed = [subsystem: string, names: string[]];

function known(version: string): Listed[] {
  const lists = Object.entries(bundled).map(([subsystem, names]): Listed => [subsystem, names.split(' ')]);
  if (version !== '3.9.3')
    lists.find(([subsystem]) => subsystem === addition.subsystem)?.[1].push(addition.name);
  return lists;
}

const describe = ([subsystem, migrations]: Listed): Migrations => ({
  subsystem,
  namespace: subsystem === 'core' ? 'kong.db.migrations.core' : `kong.plugins.${subsystem}.migrations`,
  migrations,
});

function described(key: keyof SchemaState, lists: Listed[]): Partial<SchemaState> {
  const filled = lists.filter(([, names]) => names.length > 0);
  return filled.length === 0 ? {} : { [key]: filled.map(describe) };
}

/** Creates the schema in one transaction and records every migration as executed. */
export async function bootstrap(database: Database, version: string): Promise<Migrations[]> {
  const migrations = known(version);
  const records = migrations.map(
    ([subsystem, names]) =>
      `('schema_meta', '${subsystem}', '${names.at(-1) ?? ''}', ARRAY['${names.join("','")}'], '{}')`,
  );
  await database.query(`
    BEGIN;
    CREATE TABLE schema_meta (
      key TEXT, subsystem TEXT, last_executed TEXT, executed TEXT[], pending TEXT[], PRIMARY KEY (key, subsystem));
    ${createTables()}
    INSERT INTO workspaces (id, name, created_at, updated_at) VALUES ('${randomUUID()}', 'default', now(), now());
    INSERT INTO parameters (key, value, created_at) VALUES ('cluster_id', '${randomUUID()}', now());
    INSERT INTO schema_meta (key, subsystem, last_executed, executed, pending) VALUES ${records.join(', ')};
    COMMIT;`);
  return migrations.map(describe);
}

/** Runs the first half of what is new; it stays pending until `finish`. */
export async function up(database: Database): Promise<void> {
  await database.query(`
    BEGIN;
    CREATE INDEX IF NOT EXISTS services_host_idx ON services (host);
    UPDATE schema_meta SET pending = ARRAY['${addition.name}'], last_executed = '${addition.name}'
      WHERE key = 'schema_meta' AND subsystem = '${addition.subsystem}';
    COMMIT;`);
}

export async function finish(database: Database): Promise<void> {
  await database.query(`
    UPDATE schema_meta SET executed = executed || pending, pending = '{}'
      WHERE key = 'schema_meta' AND pending <> '{}'`);
}

export async function reset(database: Database): Promise<void> {
  await database.query('BEGIN; DROP SCHEMA public CASCADE; CREATE SCHEMA public; COMMIT;');
}
