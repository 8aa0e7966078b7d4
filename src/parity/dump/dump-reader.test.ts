import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import { readDump } from './dump-reader.js';
import { valueOf, valuesIn } from './dump-values.js';

const options = { secretKey: 'a key', clock: { utc: () => new Date('2026-01-02T00:00:00Z') } };

const dump = `--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

CREATE TABLE kong.keyauth_credentials (
    id uuid NOT NULL,
    key text,
    consumer_id uuid,
    ttl timestamp(3) with time zone,
    ws_id uuid
);


CREATE TABLE kong.my_things (
    id uuid NOT NULL,
    "group" text DEFAULT 'a, b'::text,
    amount numeric(10,2),
    maker_id uuid,
    stray_id uuid
);

CREATE TABLE kong.schema_meta (
    key text NOT NULL
);

CREATE TABLE kong.services (
    id uuid NOT NULL,
    name text
);

CREATE TABLE kong.workspaces (
    id uuid NOT NULL,
    name text
);

COPY kong.keyauth_credentials (id, key, consumer_id, ttl, ws_id) FROM stdin;
k1\tkept\tc1\t2026-01-02 00:00:10.5+00\tw1
k2\tlong ago\tc1\t2026-01-01 23:59:59+00\tw1
\\.

COPY kong.my_things (id, "group", amount, maker_id, stray_id) FROM stdin;
m1\ttwo\\nlines \\\\ \t1.50\ts1\ts2
\\.

COPY kong.schema_meta (key) FROM stdin;
\\.

COPY kong.workspaces (id, name) FROM stdin;
w1\tteam
\\.

ALTER TABLE ONLY kong.my_things
    ADD CONSTRAINT made FOREIGN KEY (maker_id) REFERENCES kong.services(id) ON DELETE CASCADE;

-- PostgreSQL database dump complete
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kong-drill-dump-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('dump - rows become entities, what has expired is gone, what was left out is said', async () => {
  const { entities, unread } = await readDump(await fileWith(dump), options);
  const found = Object.fromEntries(entities.map((entity) => [entity.id, entity]));
  assert.deepEqual(Object.keys(found).sort(), ['k1', 'm1', 'w1']);
  assert.deepEqual(found.m1?.fields, {
    group: 'two\nlines \\ ',
    amount: 1.5,
    maker: { id: 's1' },
    stray_id: 's2',
  });
  assert.equal(found.k1?.workspace, 'team');
  assert.equal(found.k1.fields.expires_at, Date.parse('2026-01-02T00:00:10.5Z') / 1_000);
  assert.deepEqual(found.k1.fields.consumer, { id: 'c1' });
  assert.match(JSON.stringify(found.k1.fields.key), /^"hmac:/);
  assert.deepEqual(unread, [{ kind: 'services', reason: 'the dump leaves it out' }]);
});

test('dump - what is none, or not whole, is refused with what to do', async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [dump.replace('-- PostgreSQL database dump complete\n', ''), /cut off/],
    [dump.replace(/CREATE TABLE[^;]*;/g, ''), /data only/],
    [dump.replaceAll('schema_meta', 'other'), /without schema_meta/],
    [dump.replace('UTF8', 'LATIN1'), /LATIN1/],
    [`${dump}\nINSERT INTO kong.services VALUES ('s1');\n`, /--inserts/],
    ['-- PostgreSQL database cluster dump\n', /pg_dumpall/],
  ];
  for (const [text, message] of wrong) {
    await assert.rejects(readDump(await fileWith(text), options), (error: unknown) => {
      assert.ok(error instanceof DrillError);
      assert.match(error.message, message);
      return error.code === 'usage' && error.hint !== '';
    });
  }
  await assert.rejects(readDump(await fileWith('PGDMP'), options), /takes pg_restore/);
});

test('dump - values of every type that Kong has', () => {
  const values: readonly (readonly [string, string, unknown])[] = [
    ['t', 'boolean', true],
    ['f', 'boolean', false],
    ['12', 'bigint', 12],
    ['-0.5', 'double precision', -0.5],
    ['NaN', 'numeric', 'NaN'],
    ['{"a": [1, null]}', 'jsonb', { a: [1, null] }],
    ['{}', 'text[]', []],
    ['{a,"b, \\"c\\" \\\\",NULL,"NULL",""}', 'text[]', ['a', 'b, "c" \\', null, 'NULL', '']],
    ['{"{\\"ip\\": \\"10.0.0.1\\"}"}', 'jsonb[]', [{ ip: '10.0.0.1' }]],
    ['2026-01-01 01:00:00+01', 'timestamp with time zone', 1_767_225_600],
    ['2026-01-01 05:30:00.1236+05:30', 'timestamp with time zone', 1_767_225_600.124],
    ['2026-01-01 00:00:00', 'timestamp without time zone', 1_767_225_600],
    ['infinity', 'timestamp with time zone', 'infinity'],
    ['\\x00ff', 'bytea', '\\x00ff'],
  ];
  for (const [text, type, value] of values) assert.deepEqual(valueOf(text, type), value, `${text} ${type}`);
  assert.deepEqual(valuesIn('\\N\t\t\\\\N\ta\\tb\\r'), [undefined, '', '\\N', 'a\tb\r']);
});

async function fileWith(text: string): Promise<string> {
  const file = join(folder, 'a.sql');
  await writeFile(file, text);
  return file;
}
