/** Backups of Kong's database. logical: `pg_dump` in the custom format. physical: a base backup. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../model/drill-recovery.js';
import { connectionArguments } from '../engine/connection-arguments.js';
import { failureInOneLine } from '../system/command-words.js';
import type { ArtifactContext, Found } from './artifact.js';
import { copyPhysically } from './base-backup.js';
import { dumpAsText, rowsByTable } from './dump-text.js';
import { collectionsHeld } from './held.js';

type DatabaseArtifact = Extract<Artifact, { kind: 'database' }>;

/** Logical where the drill says so, or says nothing and `pg_dump` is there; physical otherwise. */
export async function takeDatabase(
  name: string,
  artifact: DatabaseArtifact,
  context: ArtifactContext,
): Promise<Found> {
  const logical =
    artifact.method === 'logical' || (artifact.method === undefined && context.tools.has('pg_dump'));
  return logical ? await dumpLogically(name, context) : await copyPhysically(name, context);
}

/** The user's own dump: is it one, can `pg_restore` read it, and does it hold what Kong holds? */
export async function giveDatabase(path: string, context: ArtifactContext): Promise<Found> {
  const { faults, createdUtc } = await readDump(path, context);
  const lacking = faults.length > 0 ? [] : await kindsLacking(path, context);
  return {
    method: 'logical',
    path,
    faults: [...faults, ...lacking],
    ...(createdUtc === undefined ? {} : { createdUtc }),
  };
}

async function dumpLogically(name: string, context: ArtifactContext): Promise<Found> {
  const { lab, limitMs, signal } = context;
  const path = join(context.workFolder, `${name}.dump`);
  const result = await lab.tool({
    tool: 'pg_dump',
    writes: [path],
    limitMs,
    signal,
    env: { PGPASSWORD: lab.postgres.connection.password },
    args: ({ postgres, path: at }) => [
      '--format=custom',
      `--file=${at(path)}`,
      ...connectionArguments(postgres),
    ],
  });
  if (!result.ok) return { method: 'logical', path, faults: [`pg_dump: ${failureInOneLine(result)}`] };
  return { method: 'logical', path, faults: (await readDump(path, context)).faults };
}

/** What the table of contents says. */
interface Dump {
  readonly faults: readonly string[];
  /** When `pg_dump` began to write it. */
  readonly createdUtc?: string;
}

async function readDump(path: string, { lab, limitMs, signal }: ArtifactContext): Promise<Dump> {
  const start = await firstBytes(path, 5);
  if (start !== 'PGDMP') {
    const got = JSON.stringify(start);
    return { faults: [`expected a dump in pg_dump's custom format (it begins with PGDMP), got ${got}`] };
  }
  const list = await lab.tool({
    tool: 'pg_restore',
    reads: [path],
    limitMs,
    signal,
    env: { TZ: 'UTC' },
    args: (seen) => ['--list', seen.path(path)],
  });
  if (!list.ok) return { faults: [`pg_restore cannot read it: ${failureInOneLine(list)}`] };
  const missing = ['services', 'routes', 'workspaces'].filter(
    (table) => !list.stdout.includes(` TABLE DATA public ${table} `),
  );
  const date = /^; Archive created at (\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC$/m.exec(list.stdout);
  return {
    faults: missing.map((table) => `it holds no data of the table ${table}`),
    ...(date ? { createdUtc: `${date[1] ?? ''}T${date[2] ?? ''}.000Z` } : {}),
  };
}

/** Table → path on the Admin API, of kinds that a dump by a restricted user can lack. */
const comparedTables = {
  services: '/services',
  routes: '/routes',
  consumers: '/consumers',
  plugins: '/plugins',
  upstreams: '/upstreams',
  sm_vaults: '/vaults',
  keyauth_credentials: '/key-auths',
  basicauth_credentials: '/basic-auths',
};

/** Kinds of which Kong holds some now, and the dump not one. */
async function kindsLacking(path: string, context: ArtifactContext): Promise<string[]> {
  const held = await collectionsHeld(Object.values(comparedTables), context);
  if (held.length === 0) return [];
  await using text = await dumpAsText(path, context);
  if (!text.result.ok) return [`pg_restore cannot read its data: ${failureInOneLine(text.result)}`];
  const rows = await rowsByTable(text.file);
  return Object.entries(comparedTables)
    .filter(([table, collection]) => held.includes(collection) && !rows.has(table))
    .map(([, collection]) => `Kong has ${collection.slice(1)}, the dump has none`);
}

async function firstBytes(path: string, length: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}
