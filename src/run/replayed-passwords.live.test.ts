/** A replay makes consumers anew, and Kong hashes passwords with a consumer's id: what is stored tells nothing any more, a login does. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CaseResult } from '../model/verdict.js';
import { enginesToTest, whyNot } from '../testing/engines.js';
import { caseOf, notMet, startDrill } from '../testing/running-drill.js';

const folder = await mkdtemp(join(tmpdir(), 'kd-test-passwords-'));
after(() => rm(folder, { recursive: true, force: true }));

const [engine] = enginesToTest();
const skip = engine ? await whyNot(engine) : 'no engine is to be tested';

/** The second path replays what somebody copied from the database: the stored hash where the password should be. */
const drill = `
name: replayed-passwords
state: { pipeline: right }
artifacts:
  right: { kind: pipeline, path: right }
  dead: { kind: pipeline, path: dead }
failure: [{ kind: truncate }]
recovery:
  right: [{ stage: ci-replay, from: right }]
  dead: [{ stage: ci-replay, from: dead }]
objectives: { parity: { level: equivalent } }
limits: { observe: 15s }
`;

const run = (password: string): string => `
run: logins-1
at: '2026-01-12T08:02:11Z'
steps:
  - request: { method: POST, path: /services, body: { name: office, url: 'http://office.example' } }
  - request: { method: POST, path: /services/office/routes, body: { name: office, paths: [/office] } }
  - request: { method: POST, path: /routes/office/plugins, body: { name: basic-auth } }
  - request: { method: POST, path: /consumers, body: { username: alice } }
  - request: { method: POST, path: /consumers/alice/basic-auth, body: { username: alice, password: '${password}' } }
`;

test(
  'replay - new consumer ids with the right passwords are met at `equivalent`, with dead ones missed',
  { skip: skip ?? false },
  async (context) => {
    const file = join(folder, 'replayed-passwords.yaml');
    await writeFile(file, drill);
    for (const [name, password] of [
      ['right', 'correct horse'],
      ['dead', '2ea56d4d4d4a2a5f4e7ca1ba1ac7a2e5a3b1c0de'],
    ] as const) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'logins-1.yaml'), run(password));
    }
    const started = await startDrill(context, { engine: engine ?? 'processes', file, args: ['--jobs', '2'] });
    const ended = await started.ended;
    const said = `${ended.progress}${ended.output}`;
    assert.equal(ended.exitCode, 1, said);
    const result = await ended.result();
    assert.deepEqual(notMet(result, 'right'), [], said);
    assert.ok(notMet(result, 'dead').includes('behaviour:basic-auth'), said);
    for (const path of ['right', 'dead'] as const) {
      // With the old id the hash would have been compared: the ids are new.
      assert.equal(stored(caseOf(result, path))?.unproven, 1, said);
      assert.equal(stored(caseOf(result, path))?.changed, 0, said);
    }
    const logins = caseOf(result, 'dead').objectives.find(({ id }) => id === 'behaviour:basic-auth');
    assert.equal(logins?.verdict, 'missed');
    assert.match(
      logins.details.join('\n'),
      /basic-auth alice of alice on office \(.*\): before 200.*after 401/,
    );
    const hashes = caseOf(result, 'dead').objectives.find(({ id }) => id === 'parity:basic-auth');
    assert.equal(hashes?.verdict, 'inconclusive');
  },
);

function stored({ parity }: CaseResult): CaseResult['parity'][number] | undefined {
  return parity.find(({ kind }) => kind === 'basic-auth');
}
