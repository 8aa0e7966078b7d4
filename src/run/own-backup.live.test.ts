/** A backup of the user's own under a Kong that goes on: routes of the state are probed, and nothing that would cure Kong is written. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { findPostgres } from '../engine/processes/postgres-installation.js';
import type { CaseResult, RunResult } from '../model/verdict.js';
import { leftOf } from '../testing/engines.js';
import { dumpDatabase, loadPipeline, startLiveLab } from '../testing/live-lab.js';
import { caseOf, drillsFolder, notMet, startDrill } from '../testing/running-drill.js';

const withClients = (await findPostgres(process.env)).some(({ binFolder }) =>
  existsSync(join(binFolder, 'pg_dump')),
);
const skip = withClients || process.env.CI ? false : 'no pg_dump on this machine';
const ways = ['keep', 'reload'] as const;

const drill = (name: string, paths: readonly string[]) => `name: ${name}
state: { databaseDump: ${name}.dump }
artifacts: { own: { kind: database, path: ${name}.dump } }
changes: { via: admin-api, for: 2s }
failure: [{ kind: drop-database }, { kind: pause, for: 1s }]
recovery:
${paths.map((kong) => `  ${kong}: [{ stage: database-restore, from: own, kong: ${kong} }]`).join('\n')}
objectives: { rto: { traffic: 60s, config: 60s, parity: 60s }, parity: { level: identical } }
`;

describe('own backup under a Kong that goes on', { skip, concurrency: 2 }, () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kd-test-own-backup-'));
    await chmod(folder, 0o755);
    await using live = await startLiveLab('processes');
    await live.admin.call('PUT', '/services/open', { host: 'open.internal', port: 8080 });
    await live.admin.call('PUT', '/services/open/routes/open', { paths: ['/open'] });
    await dumpDatabase(live, join(folder, 'open.dump'));
    await loadPipeline(live, join(drillsFolder, 'fixtures', 'shop'));
    await dumpDatabase(live, join(folder, 'shop.dump'));
    await writeFile(join(folder, 'open.yaml'), drill('open', ['clear-cache']));
    await writeFile(join(folder, 'shop.yaml'), drill('shop', ways));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test('own backup - routes of the state are probed, and every clock is judged', async (context) => {
    const { result, notes, said } = await ran(context, join(folder, 'shop.yaml'));
    for (const recovery of ways) {
      const found = caseOf(result, recovery);
      assert.deepEqual(verdictsOf(found), { traffic: 'met', config: 'met', parity: 'met' }, said);
      assert.ok(
        found.newRoute?.every(({ took }) => took.upperMs !== null),
        said,
      );
      assert.ok(!found.objectives.some(({ id }) => id === 'behaviour:remembered-absent'));
    }
    // Keys that are newer than the backup are still accepted: what was written since has cured nothing.
    for (const recovery of ways)
      assert.deepEqual(notMet(result, recovery), ['behaviour:remembered-present'], said);
    assert.ok(notes.some((text) => /probed are routes of the state, .* \(asks for a key\)/.test(text)));
  });

  test('own backup - a state without a route that asks for a key leaves the config clock inconclusive', async (context) => {
    const { result, notes, said } = await ran(context, join(folder, 'open.yaml'));
    const found = caseOf(result, 'clear-cache');
    assert.deepEqual(verdictsOf(found), { traffic: 'met', config: 'inconclusive', parity: 'met' }, said);
    assert.deepEqual(notMet(result, 'clear-cache'), ['rto-config'], said);
    assert.ok(notes.some((text) => text.startsWith('the config clock is not watched')));
  });
});

async function ran(context: TestContext, file: string) {
  const run = await startDrill(context, { engine: 'processes', file, args: ['--jobs', '2'] });
  const ended = await run.ended;
  const said = `${ended.progress}${ended.output}`;
  const result: RunResult = await ended.result();
  assert.deepEqual(await leftOf('processes', result.runId, run.temporaryFolder), []);
  const notes = (await run.events()).flatMap((event) => (event.kind === 'note' ? [event.text] : []));
  return { result, notes, said };
}

function verdictsOf({ objectives }: CaseResult): object {
  const clocks = objectives.filter(({ group }) => group.startsWith('rto-'));
  return Object.fromEntries(clocks.map(({ group, verdict }) => [group.replace('rto-', ''), verdict]));
}
