#!/usr/bin/env node
/**
 * How time and memory of a snapshot and a comparison grow: 1,000, 10,000 and 100,000 entities, through SQL and through the Admin API.
 *
 *   node scripts/bench-parity.mjs [--sizes 1000,10000,100000] [--runs 3] [--cases 10000]
 *
 *   node scripts/bench-parity.mjs --admin-url http://127.0.0.1:8001 --deck /usr/bin/deck [--pairs 5]
 *
 * The second form asks a running Kong, filled beforehand: `kong-drill compare` of a snapshot with what is there now, and `deck diff` of
 * a dump with the same, in pairs; whole programs, from start to end. It only reads. `--database postgres://… --fill 45000` fills
 * the Kong's database first (of a Kong made for this: it adds made-up entities).
 *
 * Each measurement runs in a process of its own, so that peak memory is its own. Postgres is real; Kong is the stand-in.
 * `--report FILE` adds a section to a Markdown file: the figures, the day, the machine and its load.
 * Exit status 1 where a target is missed: exponent ≤ 1.1; 100,000 entities through SQL (snapshot and comparison) in 8 s and 384 MiB;
 * a snapshot through the Admin API within 1.5 times the time of fetching the same pages.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import pg from 'pg';
import { TestPostgres } from '../dist/standin/testing/postgres.js';
import { TestStandin } from '../dist/standin/testing/standin.js';
import { compareSnapshots, isEqual } from '../dist/parity/diff.js';
import { readThroughAdmin } from '../dist/parity/admin-reader.js';
import { readThroughSql } from '../dist/parity/sql-reader.js';
import { adminApi } from '../dist/system/admin-api.js';
import { systemClock } from '../dist/system/clock.js';

const options = { secretKey: 'benchmark', clock: systemClock(), roles: ['configuration'] };
const targets = { exponent: 1.1, sqlMs: 8_000, sqlMiB: 384, adminRatio: 1.5, deckRatio: 3 };
const commandLine = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const redis = { host: null, port: 6379, database: 0, ssl: false, ssl_verify: false, timeout: 2000 };
const rateLimiting = {
  minute: 100,
  policy: 'local',
  limit_by: 'consumer',
  error_code: 429,
  fault_tolerant: true,
  redis,
  sync_rate: -1,
};
const unhealthy = {
  http_failures: 0,
  http_statuses: [429, 404, 500, 501, 502, 503, 504, 505],
  tcp_failures: 0,
  timeouts: 0,
};
const healthchecks = {
  active: { concurrency: 10, http_path: '/', timeout: 1, type: 'http', unhealthy },
  passive: { type: 'http', unhealthy },
};

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,10000,100000' },
    runs: { type: 'string', default: '3' },
    cases: { type: 'string', default: '10000' },
    measure: { type: 'string' },
    port: { type: 'string' },
    admin: { type: 'string' },
    'admin-url': { type: 'string' },
    deck: { type: 'string' },
    pairs: { type: 'string', default: '5' },
    database: { type: 'string' },
    fill: { type: 'string' },
    report: { type: 'string' },
  },
});

const said = [];
let deckVersion = '';
const loadAtStart = loadavg()[0];

if (values['admin-url'] !== undefined) await againstDeck(values['admin-url'], values.deck ?? 'deck');
else if (values.measure === undefined) await benchmark();
else console.log(JSON.stringify(await measure(values.measure)));
if (values.report !== undefined) report(values.report);

function say(line) {
  said.push(line);
  console.log(line);
}

function report(file) {
  const { 'admin-url': _url, database: _database, deck: _deck, report: _report, ...shown } = values;
  const options = Object.entries(shown).map(([name, value]) => `--${name} ${value}`);
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const load = `load ${loadAtStart.toFixed(1)} at the start, ${loadavg()[0].toFixed(1)} at the end`;
  const heading =
    values['admin-url'] === undefined
      ? 'Growth, Kong played by the stand-in'
      : `Against \`deck diff\` (${deckVersion}), a running Kong`;
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) appendFileSync(file, '# Snapshots and comparisons: time and memory\n');
  const how = `\`npm run bench:parity -- ${options.join(' ')}\`, ${new Date().toISOString()}. ${machine}; ${load}.`;
  appendFileSync(file, `\n## ${heading}\n\n${how}\n\n\`\`\`text\n${said.join('\n')}\n\`\`\`\n`);
}

async function benchmark() {
  const sizes = values.sizes.split(',').map(Number);
  const rows = { sql: [], admin: [] };
  for (const size of sizes) {
    const postgres = await TestPostgres.start();
    const kong = await TestStandin.prepare(postgres.port, { KONG_PG_TIMEOUT: '60000' });
    try {
      await kong.run('migrations', 'bootstrap');
      await fill(postgres, size);
      await kong.start();
      for (const way of ['sql', 'admin']) {
        const runs = Array.from({ length: Number(values.runs) }, () =>
          inChild(way, postgres.port, kong.admin),
        );
        const middle = runs.sort((a, b) => a.totalMs - b.totalMs)[Math.floor(runs.length / 2)];
        rows[way].push(middle);
        say(`${way.padEnd(5)} ${words(middle)}`);
      }
    } finally {
      await kong[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
    }
  }
  const missed = [...missedTargets(rows, sizes), ...propertyTests()];
  for (const line of missed) say(`MISSED: ${line}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function words({ entities, readMs, compareMs, bareMs, peakMiB, totalMs }) {
  const ratio = bareMs === undefined ? '' : `, bare pages ${bareMs} ms (×${(readMs / bareMs).toFixed(2)})`;
  return `${String(entities).padStart(6)} entities: snapshot ${readMs} ms${ratio}, compare ${compareMs} ms, both ${totalMs} ms, peak ${peakMiB} MiB`;
}

function missedTargets(rows, sizes) {
  const missed = [];
  for (const [way, results] of Object.entries(rows)) {
    const [first, last] = [results.at(-2), results.at(-1)];
    if (first !== undefined && last !== undefined) {
      const growth = Math.log(last.entities / first.entities);
      const exponent = Math.log(last.totalMs / first.totalMs) / growth;
      const memory = Math.log(last.peakMiB / first.peakMiB) / growth;
      say(`${way}: exponent of time ${exponent.toFixed(2)}, of peak memory ${memory.toFixed(2)}`);
      if (exponent > targets.exponent) missed.push(`${way}: time grows with exponent ${exponent.toFixed(2)}`);
      if (memory > targets.exponent) missed.push(`${way}: memory grows with exponent ${memory.toFixed(2)}`);
    }
  }
  const largest = rows.sql.at(-1);
  if (sizes.at(-1) >= 100_000 && largest.totalMs > targets.sqlMs) missed.push(`SQL: ${largest.totalMs} ms`);
  if (sizes.at(-1) >= 100_000 && largest.peakMiB > targets.sqlMiB) missed.push(`SQL: ${largest.peakMiB} MiB`);
  const admin = rows.admin.at(-1);
  if (admin.readMs > admin.bareMs * targets.adminRatio)
    missed.push(`Admin API: ${admin.readMs} ms, bare ${admin.bareMs} ms`);
  return missed;
}

/** The diff is exactly the edits, in many cases. */
function propertyTests() {
  if (Number(values.cases) === 0) return [];
  try {
    const files = ['diff.property', 'canonical'].map((name) => `dist/parity/${name}.test.js`);
    execFileSync(process.execPath, ['--test', ...files], {
      env: { ...process.env, KONG_DRILL_CASES: values.cases },
      stdio: 'pipe',
    });
    say(`property tests: ${values.cases} cases each, all right`);
    return [];
  } catch (error) {
    return [`property tests: ${String(error.stdout).slice(0, 2_000)}`];
  }
}

function inChild(way, port, admin) {
  const self = fileURLToPath(import.meta.url);
  const args = [self, '--measure', way, '--port', String(port), '--admin', admin];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

/** Two snapshots, as a drill has them (one of them is timed), and their comparison. */
async function measure(way) {
  const connection = {
    host: '127.0.0.1',
    port: Number(values.port),
    user: 'kong',
    password: '',
    database: 'kong',
  };
  const api = adminApi(values.admin);
  const read = () => (way === 'sql' ? readThroughSql(connection, options) : readThroughAdmin(api, options));
  const bareMs = way === 'admin' ? await fetchBare(api) : undefined;
  const before = await read();
  const { value: after, ms: readMs } = await timed(read);
  const { value: comparison, ms: compareMs } = await timed(() =>
    compareSnapshots(before, after, { level: 'identical' }),
  );
  if (!isEqual(comparison)) throw new Error('expected two equal snapshots');
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
  return {
    entities: before.entities.length,
    readMs,
    compareMs,
    bareMs,
    totalMs: readMs + compareMs,
    peakMiB,
  };
}

/** The same pages, read and parsed and forgotten, as many at once. */
async function fetchBare(api) {
  const paths = ['services', 'routes', 'consumers', 'key-auths', 'acls', 'plugins', 'upstreams'];
  const limit = pLimit(8);
  const all = async () => {
    const ids = [];
    const drain = async (path, keep) => {
      for await (const page of api.list(path)) if (keep) ids.push(...page.map(({ id }) => id));
    };
    await Promise.all(paths.map((path) => limit(() => drain(`/${path}`, path === 'upstreams'))));
    await Promise.all(ids.map((id) => limit(() => drain(`/upstreams/${id}/targets`, false))));
  };
  await all();
  return (await timed(all)).ms;
}

async function timed(act) {
  const start = process.hrtime.bigint();
  const value = await act();
  return { value, ms: Number((process.hrtime.bigint() - start) / 1_000_000n) };
}

/** The same question, whether what is there now is what was there before, answered by each in turn. */
async function againstDeck(adminUrl, deck) {
  if (values.fill !== undefined) await fillDatabase(values.database, Number(values.fill), adminUrl);
  const folder = mkdtempSync(join(tmpdir(), 'kong-drill-bench-'));
  const [snapshot, dump] = [join(folder, 'now.snapshot'), join(folder, 'now.yaml')];
  const environment = { ...process.env, KONG_DRILL_SNAPSHOT_KEY: 'a key for a benchmark only' };
  const run = (program, args) =>
    execFileSync(program, args, { env: environment, stdio: 'pipe', encoding: 'utf8', maxBuffer: 1 << 28 });
  const drill = (...args) => run(process.execPath, [commandLine, ...args]);
  const decK = (...args) => run(deck, [...args, '--kong-addr', adminUrl, '--analytics=false', '--no-color']);
  deckVersion = run(deck, ['version']).match(/v?\d+\.\d+\.\d+/)?.[0] ?? 'of unknown version';
  try {
    drill('snapshot', adminUrl, '-o', snapshot);
    decK('dump', '--yes', '-o', dump);
    const pairs = [];
    for (let pair = 1; pair <= Number(values.pairs); pair += 1) {
      const ours = await timed(() => drill('compare', snapshot, adminUrl, '--level', 'identical'));
      const theirs = await timed(() => decK('diff', '-s', dump));
      pairs.push({ ours: ours.ms, theirs: theirs.ms, ratio: theirs.ms / ours.ms });
      say(
        `pair ${pair}: compare ${ours.ms} ms, deck diff ${theirs.ms} ms, ×${(theirs.ms / ours.ms).toFixed(2)}`,
      );
    }
    const ratio = pairs.map((pair) => pair.ratio).sort((a, b) => a - b)[Math.floor(pairs.length / 2)];
    const isMet = ratio >= targets.deckRatio;
    say(`median ×${ratio.toFixed(2)}; target ×${targets.deckRatio}${isMet ? '' : ': MISSED'}`);
    process.exitCode = isMet ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fillDatabase(url, size, adminUrl) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await fill(client, size);
  await client.end();
  await fetch(`${adminUrl}/cache`, { method: 'DELETE' });
}

/** As many entities as asked for, in the mixture of an installation with many consumers. */
async function fill(postgres, size) {
  const services = size * 0.1;
  const upstreams = size * 0.01;
  const consumers = size * 0.25;
  const ws = '(SELECT id FROM workspaces)';
  const id = (kind, n) => `('${kind}0000000-0000-4000-8000-' || lpad((${n})::text, 12, '0'))::uuid`;
  const each = (count, insert) =>
    postgres.query(`INSERT INTO ${insert} FROM generate_series(1, ${count}) AS n`);
  const columns = 'id, created_at, updated_at, ws_id, tags';
  const common = (kind) => `SELECT ${id(kind, 'n')}, now(), now(), ${ws}, ARRAY['team-' || n % 20]`;
  await each(
    services,
    `services (${columns}, name, host, port, protocol, retries, connect_timeout, read_timeout, write_timeout, enabled)
    ${common(1)}, 'service-' || n, 'host-' || n || '.test', 80, 'http', 5, 60000, 60000, 60000, true`,
  );
  await each(
    size * 0.3,
    `routes (${columns}, name, service_id, paths, protocols, methods, strip_path, preserve_host, path_handling,
      regex_priority, https_redirect_status_code, request_buffering, response_buffering)
    ${common(2)}, 'route-' || n, ${id(1, `1 + n % ${services}`)}, ARRAY['/path-' || n], ARRAY['http', 'https'], ARRAY['GET', 'POST'],
      true, false, 'v0', 0, 426, true, true`,
  );
  await each(
    consumers,
    `consumers (${columns}, username, custom_id) ${common(3)}, 'user-' || n, 'custom-' || n`,
  );
  const credential = 'id, created_at, ws_id, tags';
  const short = (kind) => `SELECT ${id(kind, 'n')}, now(), ${ws}, NULL`;
  await each(
    size * 0.2,
    `keyauth_credentials (${credential}, consumer_id, key)
    ${short(4)}, ${id(3, `1 + n % ${consumers}`)}, md5(n::text)`,
  );
  await each(
    size * 0.03,
    `acls (${credential}, consumer_id, "group", cache_key)
    ${short(5)}, ${id(3, `1 + n % ${consumers}`)}, 'group-' || n, 'acls:' || n`,
  );
  await each(
    size * 0.1,
    `plugins (${columns}, name, service_id, config, enabled, protocols, cache_key)
    ${common(6)}, 'rate-limiting', ${id(1, 'n')}, '${JSON.stringify(rateLimiting)}'::jsonb, true, ARRAY['http', 'https'], 'plugins:' || n`,
  );
  await each(
    upstreams,
    `upstreams (${columns}, name, algorithm, slots, hash_on, hash_fallback, hash_on_cookie_path, healthchecks, use_srv_name)
    ${common(7)}, 'upstream-' || n, 'round-robin', 10000, 'none', 'none', '/', '${JSON.stringify(healthchecks)}'::jsonb, false`,
  );
  await each(
    upstreams,
    `targets (${columns}, upstream_id, target, weight, cache_key)
    ${common(8)}, ${id(7, 'n')}, '10.0.0.1:' || n, 100, 'targets:' || n`,
  );
  await postgres.query('ANALYZE');
}
