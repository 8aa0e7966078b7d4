#!/usr/bin/env node
/**
 * What the runner adds to a recovery, against a plain shell script (scripts/overhead/) with the same images and the same docker,
 * pg_restore and deck commands: pairs, taken in turns, on one lab in containers.
 *
 *   npm run bench:overhead [-- --pairs 20] [--path database-restore|deck-sync] [--probed] [--results FILE] [--for SECONDS]
 *
 * With `--probed` the runner's side is also probed as in a drill, so that it has to share the processor with its own measurement.
 * With `--results` each pair is kept in a file and counts again in the next run; `--for` begins no pair after so many seconds.
 * Images as for any drill: KONG_DRILL_IMAGE_KONG, … Exit status 1 where the median is above 300 ms + 3 %, 2 where pairs are missing.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readyArtifact } from '../dist/artifact/ready-artifact.js';
import { parseDrillFile } from '../dist/drillfile/parse.js';
import { openEngine } from '../dist/engine/engines.js';
import { installInstruments } from '../dist/measure/instruments.js';
import { startProbes } from '../dist/measure/probes.js';
import { streamsFor } from '../dist/measure/streams.js';
import { planDrill } from '../dist/plan/plan.js';
import { whenReady } from '../dist/recovery/kong.js';
import { recover } from '../dist/recovery/recover.js';
import { configure, provision } from '../dist/run/provision.js';
import { adminApi } from '../dist/system/admin-api.js';
import { systemClock } from '../dist/system/clock.js';
import { randomHex } from '../dist/system/random.js';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    path: { type: 'string' },
    probed: { type: 'boolean', default: false },
    results: { type: 'string' },
    for: { type: 'string', default: 'Infinity' },
  },
});
const allowedMs = 300;
const allowedShare = 0.03;
const clock = systemClock();
const endMs = clock.nowMs() + Number(options.for) * 1_000;
const drills = fileURLToPath(new URL('../drills/', import.meta.url));
const drillText = `name: overhead
state: { pipeline: fixtures/shop }
artifacts: { backup: { kind: database, method: logical, every: 24h }, dump: { kind: deck, withIds: true, every: 24h } }
failure: [{ kind: lose, target: postgres }]
recovery:
  database-restore: [{ stage: database-restore, from: backup, address: same }]
  deck-sync: [{ stage: deck-sync, from: dump, address: same }]
objectives: { parity: { level: equivalent } }
`;

const work = mkdtempSync(join(tmpdir(), 'kong-drill-overhead-'));
const results = options.results ?? join(work, 'pairs.ndjson');
const runId = `overhead-${randomHex(4)}`;
const label = `com.kong-drill.run=${runId}`;
const parsed = parseDrillFile('overhead.yaml', drillText);
if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
const plan = planDrill(parsed.drill, { folder: drills });
const wanted = plan.cases.filter(({ recovery }) => (options.path ?? recovery) === recovery);
if (wanted.some(({ recovery }) => missingOf(recovery) > 0)) await measure();
process.exitCode = Math.max(...wanted.map(({ recovery }) => report(recovery)));
rmSync(work, { recursive: true });

async function measure() {
  const signal = new AbortController().signal;
  const engine = await openEngine('containers', { progress: console.error });
  const readiness = await engine.prepare(plan, signal);
  const given = { runId, caseId: 'overhead', topology: plan.topology, readiness, drillFolder: drills, clock };
  const lab = await engine.open({ ...given, logFolder: join(work, 'logs'), onSecret: () => undefined });
  try {
    const admin = adminApi(lab.kong[0].adminUrl);
    const record = () => undefined;
    const folders = { folder: drills, workFolder: work };
    const context = {
      ...given,
      ...folders,
      plan,
      engine,
      lab,
      admin,
      signal,
      record,
      limitMs: plan.limits.stepMs,
    };
    await takePairs(await setUp(context));
  } finally {
    await lab[Symbol.asyncDispose]();
  }
}

/** The shop, what probes need, and a backup and a dump of both. */
async function setUp(context) {
  await provision(context);
  await configure(context);
  const instruments = await installInstruments({ ...context, echo: context.lab.echo });
  const taking = { ...context, isOurs: () => true, tools: context.readiness.tools };
  const artifacts = new Map();
  for (const [name, artifact] of plan.artifacts)
    artifacts.set(name, await readyArtifact(name, artifact, taking));
  const faults = [...artifacts.values()].flatMap(({ faults }) => faults);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const { spacingMs, timeoutMs } = plan.probes;
  const streams = streamsFor(instruments, context.lab.kong, { spacingMs, timeoutMs });
  return { ...context, artifacts, streams, shell: surroundings(context.lab, artifacts) };
}

async function takePairs(context) {
  const routes = await countRoutes(context);
  for (const { recovery, stages } of wanted) {
    const sides = { runner: () => byRunner(stages, context), shell: () => byShell(recovery, context) };
    for (let left = missingOf(recovery); left > 0 && clock.nowMs() < endMs; left -= 1) {
      const pair = { recovery, probed: options.probed };
      for (const side of left % 2 === 0 ? ['runner', 'shell'] : ['shell', 'runner']) {
        await lose(context);
        pair[side] = await sides[side]();
        const found = await countRoutes(context);
        if (found !== routes) throw new Error(`${recovery} by the ${side}: ${found} of ${routes} routes`);
      }
      appendFileSync(results, `${JSON.stringify(pair)}\n`);
      console.error(`${recovery}: runner ${ms(pair.runner)}, shell ${ms(pair.shell)}`);
    }
  }
}

/** @returns how long the steps took, in milliseconds. */
async function byRunner(stages, context) {
  const probes = options.probed ? await startProbes(context) : undefined;
  const steps = [];
  const record = (event) => {
    if (event.kind === 'step-ended') steps.push({ ...event, tookMs: clock.nowMs() - event.startedMs });
  };
  try {
    const startedMs = clock.nowMs();
    const isBack = await recover(stages, { ...context, record });
    const endedMs = clock.nowMs();
    if (!isBack) throw new Error(JSON.stringify(steps.at(-1)));
    console.error(steps.map(({ step, tookMs }) => `${step} ${ms(tookMs)}`).join(', '));
    return endedMs - startedMs;
  } finally {
    await probes?.[Symbol.asyncDispose]();
  }
}

function byShell(recovery, { shell }) {
  const script = fileURLToPath(new URL(`overhead/${recovery}.sh`, import.meta.url));
  const startedMs = clock.nowMs();
  execFileSync(script, { env: { ...process.env, ...shell }, stdio: ['ignore', 'inherit', 'inherit'] });
  return clock.nowMs() - startedMs;
}

/** What the scripts are given: the lab's own network, address and images, so that both sides have the same to do. */
function surroundings(lab, artifacts) {
  const format = '{{.Label "com.kong-drill.role"}} {{.Names}}';
  const listed = docker('ps', '--filter', `label=${label}`, '--format', format).split('\n');
  const names = Object.fromEntries(listed.map((line) => line.split(' ')));
  if (!names.deck) throw new Error('decK has to run in a container on both sides: KONG_DRILL_IMAGE_DECK=…');
  const [postgres, kong] = [inspect(names.postgres), inspect(names.kong)];
  const [network, { IPAddress: address }] = Object.entries(postgres.NetworkSettings.Networks)[0];
  const environmentFile = join(work, 'kong.env');
  writeFileSync(environmentFile, kong.Config.Env.join('\n'));
  const entrypoint = [kong.Config.Entrypoint ?? []].flat().at(-1) ?? '';
  return {
    NETWORK: network,
    ADDRESS: address,
    RESOLVER: postgres.HostConfig.Dns[0],
    DATA_FOLDER: postgres.Mounts[0].Destination,
    POSTGRES_IMAGE: postgres.Image,
    POSTGRES_NAME: `${runId}-shell`,
    POSTGRES_PASSWORD: lab.postgres.connection.password,
    KONG: names.kong,
    KONG_IMAGE: kong.Image,
    KONG_ENVIRONMENT: environmentFile,
    KONG_WORDS: /(?:^|\/)kong$/.test(entrypoint) ? '' : 'kong',
    TOOLBOX: names.toolbox,
    DECK: names.deck,
    DECK_ADMIN_URL: `http://${kong.NetworkSettings.Networks[network].IPAddress}:8001`,
    ADMIN_URL: lab.kong[0].adminUrl,
    BACKUP: artifacts.get('backup').path,
    DUMP: artifacts.get('dump').path,
    LABEL: label,
  };
}

/** The same disaster for both, whoever brought Postgres up before. */
async function lose({ lab, signal, shell }) {
  await lab.postgres.lose(signal);
  docker('rm', '--force', '--volumes', shell.POSTGRES_NAME);
  docker('volume', 'rm', '--force', shell.POSTGRES_NAME);
}

/** A connection that was kept open over the restart of Kong ends in the waiting, and not in the question. */
async function countRoutes(context) {
  await whenReady(context.lab.kong[0], context);
  const { body } = await context.admin.call('GET', '/routes?size=1000');
  return body?.data?.length;
}

function pairsOf(recovery) {
  if (!existsSync(results)) return [];
  const lines = readFileSync(results, 'utf8').split('\n').filter(Boolean);
  return lines
    .map((line) => JSON.parse(line))
    .filter((pair) => pair.recovery === recovery && pair.probed === options.probed);
}

function missingOf(recovery) {
  return Number(options.pairs) - pairsOf(recovery).length;
}

/** @returns the exit status. */
function report(recovery) {
  const pairs = pairsOf(recovery);
  if (pairs.length === 0) {
    console.log(`${recovery}: no pair yet`);
    return 2;
  }
  const added = pairs.map(({ runner, shell }) => runner - shell).sort((one, other) => one - other);
  const plain = median(pairs.map(({ shell }) => shell));
  const outside = ranksOutside(added.length);
  const allowed = allowedMs + allowedShare * plain;
  const isMet = median(added) <= allowed;
  const interval =
    outside === 0
      ? 'too few pairs for an interval'
      : `95 % between ${ms(added[outside - 1])} and ${ms(added.at(-outside))}`;
  console.log(
    `${isMet ? 'ok  ' : 'SLOW'} ${recovery}${options.probed ? ', probed' : ''}: the runner adds ${ms(median(added))} (${interval}) ` +
      `to ${ms(plain)}; ${pairs.length} pairs, limit ${ms(allowed)}`,
  );
  if (missingOf(recovery) > 0) return 2;
  return isMet ? 0 : 1;
}

/**
 * The greatest rank r for which the median lies between the r-th smallest and the r-th largest of n values with at least 95 %:
 * P(fewer than r values lie below the median) ≤ 2.5 %. 0 where n is too small.
 */
function ranksOutside(n) {
  let probability = 0.5 ** n;
  let [rank, below] = [0, probability];
  while (below <= 0.025) {
    probability *= (n - rank) / (rank + 1);
    rank += 1;
    below += probability;
  }
  return rank;
}

function median(values) {
  const ordered = values.toSorted((one, other) => one - other);
  const half = ordered.length / 2;
  return (ordered[Math.ceil(half) - 1] + ordered[Math.floor(half)]) / 2;
}

function ms(value) {
  return `${value.toFixed(0)} ms`;
}

function inspect(name) {
  return JSON.parse(docker('inspect', name))[0];
}

function docker(...words) {
  return execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
