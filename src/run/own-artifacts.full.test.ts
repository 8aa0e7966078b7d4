/**
 * Artifacts of the user's own, with the real decK and git: an encrypted dump, one that a command fetches, a repository as a pipeline;
 * a script of the user's own before them, a dump of some tags on top of a backup.
 */
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { RunResult } from '../model/verdict.js';
import { enginesToTest, leftOf, whyNot } from '../testing/engines.js';
import { repositoryWith } from '../testing/repository.js';
import { drillsFolder, notMet, startDrill } from '../testing/running-drill.js';

const dump = join(drillsFolder, 'fixtures', 'portal', 'complete.yaml');
const key = Buffer.alloc(32, 7);
const iv = Buffer.alloc(16, 9);
const decrypt = `
import { createDecipheriv } from 'node:crypto';
const decipher = createDecipheriv('aes-256-cbc', Buffer.alloc(32, 7), Buffer.alloc(16, 9));
process.stdin.pipe(decipher).pipe(process.stdout);
`;
const fetch = `
import { copyFileSync } from 'node:fs';
copyFileSync('plain.yaml', process.env.KONG_DRILL_ARTIFACT);
`;
/** Leaves behind what it was given, for the test to read. */
const rebuild = `
import { writeFileSync } from 'node:fs';
const { KONG_ADMIN_URL, DECK_KONG_ADDR, PGHOST } = process.env;
writeFileSync('rebuilt.json', JSON.stringify({ KONG_ADMIN_URL, DECK_KONG_ADDR, PGHOST }));
`;

const drill = (sha256: string, repository: string) => `name: own-artifacts
state: { deck: plain.yaml }
artifacts:
  encrypted: { kind: deck, path: dump.aes, decrypt: [${process.execPath}, decrypt.mjs], sha256: ${sha256} }
  fetched: { kind: deck, command: [${process.execPath}, fetch.mjs], every: 24h }
  repository: { kind: pipeline, git: ${repository}, path: kong.yaml }
  db: { kind: database, every: 24h }
  portal: { kind: deck, withIds: true, selectTags: [portal], every: 1h }
changes: { via: admin-api, for: 1s }
failure: [{ kind: lose, target: postgres }]
recovery:
  rebuilt: [{ stage: infrastructure, command: [${process.execPath}, rebuild.mjs] }, { stage: deck-sync, from: encrypted, kong: new }]
  fetched: [{ stage: deck-sync, from: fetched }]
  commits: [{ stage: ci-replay, from: repository, times: 2 }]
  newest: [{ stage: ci-replay, from: repository, newestOnly: true }]
  tags: [{ stage: database-restore, from: db }, { stage: deck-sync, from: portal, selectTags: [portal] }]
objectives: { rto: { parity: 3m }, parity: { level: equivalent } }
`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kd-test-own-'));
  const plain = await readFile(dump, 'utf8');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const files: Readonly<Record<string, string | Buffer>> = {
    'plain.yaml': plain,
    'dump.aes': Buffer.concat([cipher.update(plain), cipher.final()]),
    'decrypt.mjs': decrypt,
    'fetch.mjs': fetch,
    'rebuild.mjs': rebuild,
    'own-artifacts.yaml': drill(
      createHash('sha256').update(plain).digest('hex'),
      await repositoryWith(folder, 'kong.yaml', [beforeVaults(plain), plain]),
    ),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
after(() => rm(folder, { recursive: true, force: true }));

for (const engine of enginesToTest()) {
  const missing = await whyNot(engine, { deck: true });
  test(
    `own artifacts - each brings everything back, engine ${engine}`,
    { skip: missing ?? false },
    async (context) => {
      const run = await startDrill(context, { engine, file: join(folder, 'own-artifacts.yaml') });
      const ended = await run.ended;
      const result = await ended.result();
      const said = `${ended.progress}${ended.output}`;
      for (const { recovery } of result.paths) assert.deepEqual(notMet(result, recovery), [], said);
      assert.equal(ended.exitCode, 0, said);
      assert.equal(replayOf(result, 'commits'), '2 runs, 2 steps, twice');
      assert.equal(replayOf(result, 'newest'), '1 run, 1 step');
      const given = JSON.parse(await readFile(join(folder, 'rebuilt.json'), 'utf8')) as Record<
        string,
        string
      >;
      assert.match(given.KONG_ADMIN_URL ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(given.DECK_KONG_ADDR, given.KONG_ADMIN_URL);
      assert.deepEqual(await leftOf(engine, result.runId, run.temporaryFolder), []);
    },
  );
}

/** The first commit: the portal before it had a vault. */
function beforeVaults(text: string): string {
  return text.replace(/^vaults:\n(?: .*\n)+/m, '');
}

function replayOf(result: RunResult, recovery: string): string | undefined {
  const steps = result.cases.find((one) => one.recovery === recovery)?.steps ?? [];
  return steps.find(({ step }) => step === 'replay')?.detail;
}
