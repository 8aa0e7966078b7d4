/** What the mutations begin with: files of the project itself, real where there are any. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalEvent } from '../../model/journal.js';
import { buildJournal } from '../journal-builder.js';
import { judge } from '../../verdict/judge.js';
import { situations } from '../situations/situations.js';

const root = join(import.meta.dirname, '../../..');

const textsIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

export const drillTexts = textsIn('drills', '.yaml');
export const pipelineTexts = textsIn('drills/fixtures/shop', '.yaml');
export const projectTexts = textsIn('.', 'kong-drill.yaml');

export const deckTexts = [
  ...textsIn('drills/fixtures', '.yaml'),
  `_format_version: "3.0"
_workspace: default
services:
- name: orders
  host: orders.internal
  id: 1b4e28ba-2fa1-4d2e-883f-0016d3cca427
  routes:
  - name: orders
    paths: [/orders]
    plugins:
    - name: key-auth
      config: {key_names: [apikey]}
consumers:
- username: shop
  keyauth_credentials:
  - key: a-key
  basicauth_credentials:
  - username: shop
    password: 5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8
upstreams:
- name: orders.upstream
  targets:
  - {target: "10.0.0.1:80", weight: 100}
`,
];

export const composeTexts = [
  `services:
  db:
    image: postgres:15
    environment: {POSTGRES_USER: kong, POSTGRES_PASSWORD: kong}
  kong:
    image: kong:3.9
    environment:
      KONG_DATABASE: postgres
      KONG_PG_HOST: db
      KONG_ADMIN_LISTEN: 0.0.0.0:8001
    ports: ["8001:8001"]
`,
];

/** As \`pg_dump\` writes it, of three tables. */
export const dumpTexts = [
  `--
-- PostgreSQL database dump
--

CREATE TABLE public.schema_meta (
    key text NOT NULL,
    subsystem text NOT NULL,
    last_executed text
);

CREATE TABLE public.workspaces (
    id uuid NOT NULL,
    name text,
    created_at timestamp with time zone,
    config jsonb
);

CREATE TABLE public.services (
    id uuid NOT NULL,
    created_at timestamp with time zone,
    name text,
    host text,
    port bigint,
    tags text[],
    enabled boolean DEFAULT true,
    ws_id uuid
);

COPY public.schema_meta (key, subsystem, last_executed) FROM stdin;
schema_meta	core	023_350_to_360
\\.

COPY public.workspaces (id, name, created_at, config) FROM stdin;
0dfd1f5c-0000-4000-8000-000000000001	default	2026-01-01 00:00:00+00	{"a": [1, null]}
\\.

COPY public.services (id, created_at, name, host, port, tags, enabled, ws_id) FROM stdin;
1b4e28ba-2fa1-4d2e-883f-0016d3cca427	2026-01-01 00:00:00+00	orders	orders.internal	80	{a,"b,c"}	t	0dfd1f5c-0000-4000-8000-000000000001
1b4e28ba-2fa1-4d2e-883f-0016d3cca428	2026-01-01 00:00:00+00	a\\tb\\\\c	\\N	443	\\N	f	0dfd1f5c-0000-4000-8000-000000000001
\\.
`,
];

/** A journal of every situation that a run can be in. */
export const journals: readonly (readonly JournalEvent[])[] = situations.map(([, shape]) =>
  buildJournal(shape),
);

/** A run of two paths, to be taken apart into shards. */
export const twoPaths: readonly JournalEvent[] = buildJournal({
  cases: [{ recovery: 'restore-db' }, { recovery: 'replay-ci' }],
});

const indexed = { runId: 'r', drill: 'postgres-lost', folder: 'postgres-lost/2026-11-23T22-00-00-000Z' };

/** What the index of runs says of a run, without the hashes of its lines. */
export const indexLines: readonly object[] = [
  { ...indexed, event: 'started', utc: '2026-11-23T22:00:00.000Z', drillSha256: 'a', trigger: 'by hand' },
  {
    ...indexed,
    event: 'ended',
    utc: '2026-11-23T22:02:00.000Z',
    verdict: 'met',
    exitCode: 0,
    rehearsal: false,
    manifestSha256: 'b',
  },
];

export const runResult: object = judge(buildJournal());

/** A snapshot on disk, line by line. */
export const snapshotLines: readonly object[] = [
  {
    format: 'kong-drill-snapshot',
    version: 1,
    count: 3,
    source: 'admin-api',
    secretKeyId: 'k',
    takenAtS: 1,
    unread: [],
  },
  {
    kind: 'services',
    id: 'a',
    workspace: 'default',
    fields: { id: 'a', name: 'orders', host: 'x', tags: ['b'] },
  },
  {
    kind: 'routes',
    id: 'b',
    workspace: 'default',
    fields: { id: 'b', service: { id: 'a' }, paths: ['/orders'] },
  },
  {
    kind: 'plugins',
    id: 'c',
    workspace: 'default',
    fields: { id: 'c', name: 'key-auth', route: { id: 'b' }, config: {} },
  },
];
