/**
 * Every failure and every kind of recovery path at least once on each engine, with the real decK: the same verdicts on both.
 * Failures come in sequences and paths in races, so that few labs are enough.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loadDrill } from '../drillfile/load.js';
import type { EngineName } from '../engine/engine.js';
import { injectors } from '../failure/failures.js';
import { enginesToTest, leftOf, whyNot } from '../testing/engines.js';
import { drillsFolder, notMet, startDrill } from '../testing/running-drill.js';
import type { EndedDrill, RunningDrill } from '../testing/running-drill.js';

const teams = join(drillsFolder, 'fixtures', 'teams');
const staging = join(drillsFolder, 'fixtures', 'staging.yaml');
const objectives = 'rto: { traffic: 2m, config: 2m, parity: 2m }';
const hashed = 'kinds: [basic-auth], reason: the hash of the hash';

/** What people do to the configuration: all of it, one after the other. */
const configuration = `
state: { pipeline: ${teams} }
artifacts:
  db: { kind: database, every: 24h }
  dump: { kind: deck, withIds: true, every: 24h }
  runs: { kind: pipeline, path: ${teams} }
failure:
  - { kind: wrong-sync, file: ${staging} }
  - { kind: delete-entities, entities: [routes] }
  - { kind: reset }
  - { kind: truncate }
  - { kind: drop-database }
recovery:
  sync-deck: [{ stage: deck-sync, from: dump }]
  replay-ci: [{ stage: ci-replay, from: runs }]
  layered: [{ stage: database-restore, from: db }, { stage: ci-replay, from: runs }]
objectives: { ${objectives}, parity: { level: equivalent, declaredLoss: [{ recovery: sync-deck, ${hashed} }] } }
`;

const crash = `
topology: { kong: { nodes: 2 } }
state: { pipeline: ${teams} }
failure:
  - { kind: stop, target: kong, nodes: [2] }
  - { kind: freeze, target: kong, nodes: [1] }
  - { kind: freeze, target: postgres }
  - { kind: pause, for: 1s }
  - { kind: kill, target: postgres }
recovery: { reattach: [{ stage: reattach }] }
objectives: { ${objectives}, parity: { level: identical } }
`;

const loss = `
state: { generate: { services: 4, routes: 6, consumers: 8, plugins: 12, upstreams: 1, certificates: 1, seed: 5 } }
artifacts: { base: { kind: database, method: physical, every: 24h } }
failure:
  - { kind: corrupt }
  - { kind: lose, target: postgres }
  - { kind: lose, target: kong }
recovery: { restore-db: [{ stage: database-restore, from: base }] }
objectives: { ${objectives}, parity: { level: identical } }
`;

/** A disk and a network that are the lab's own; the network first, for a Postgres that its disk has stopped proves no cut. */
const surroundings = `
state: { pipeline: ${teams} }
failure:
  - { kind: cut-off }
  - { kind: fill-disk }
recovery: { reattach: [{ stage: reattach, kong: keep }] }
objectives: { ${objectives}, parity: { level: identical } }
`;

const drills = { configuration, crash, loss, surroundings } as const;
type Name = keyof typeof drills;
const names = Object.keys(drills) as readonly Name[];

const verdicts: Readonly<Record<Name, Readonly<Record<string, 'met'>>>> = {
  configuration: { 'sync-deck': 'met', 'replay-ci': 'met', layered: 'met' },
  crash: { reattach: 'met' },
  loss: { 'restore-db': 'met' },
  surroundings: { reattach: 'met' },
};

const refusals: Partial<Record<EngineName, Partial<Record<Name, RegExp>>>> = {
  processes: { surroundings: /(cut-off|fill-disk): .*\n {2}→ .*--engine containers/ },
};

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kd-test-verdicts-'));
  for (const name of names)
    await writeFile(fileOf(name), `name: ${name}\nchanges: { via: admin-api, for: 2s }\n${drills[name]}`);
});
after(() => rm(folder, { recursive: true, force: true }));

test('verdicts - the drills of this file hold every failure that there is', () => {
  const held = new Set(names.flatMap((name) => failuresOf(name).map(({ kind }) => kind)));
  assert.deepEqual([...held].sort(), Object.keys(injectors).sort());
});

for (const engine of enginesToTest()) {
  const missing = await whyNot(engine, { deck: true });
  // Side by side: what is asked is which verdict they come to, within targets of minutes.
  describe(`verdicts on ${engine}`, { concurrency: 3, skip: missing ?? false }, () => {
    for (const name of names) {
      const refusal = refusals[engine]?.[name];
      const title = refusal ? 'refused, with the reason' : 'every failure confirmed, every path met';
      test(`${name} - ${title}`, async (context) => {
        const run = await startDrill(context, { engine, file: fileOf(name), args: ['--jobs', '2'] });
        const ended = await run.ended;
        if (refusal) assertRefused(ended, refusal);
        else await assertMet(name, run, ended);
        if (!refusal) assert.deepEqual(await leftOf(engine, await run.runId(), run.temporaryFolder), []);
      });
    }
  });
}

function assertRefused({ exitCode, output, progress }: EndedDrill, reason: RegExp): void {
  assert.equal(exitCode, 3);
  assert.match(`${progress}${output}`, reason);
}

async function assertMet(name: Name, run: RunningDrill, ended: EndedDrill): Promise<void> {
  const said = `${ended.progress}${ended.output}`;
  assert.equal(ended.exitCode, 0, said);
  const result = await ended.result();
  const paths = result.paths.map(({ recovery, verdict }) => [recovery, verdict] as const);
  assert.deepEqual(Object.fromEntries(paths), verdicts[name], said);
  for (const [recovery] of paths) assert.deepEqual(notMet(result, recovery), [], said);
  const events = await run.events();
  const confirmed = events.filter((event) => event.kind === 'failure-confirmed');
  assert.equal(confirmed.length, failuresOf(name).length * paths.length, said);
  assert.deepEqual(
    confirmed.filter((event) => !event.confirmed),
    [],
  );
}

function fileOf(name: Name): string {
  return join(folder, `${name}.yaml`);
}

function failuresOf(name: Name) {
  const loaded = loadDrill(fileOf(name));
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.drill.failure.filter(({ kind }) => kind !== 'pause');
}
