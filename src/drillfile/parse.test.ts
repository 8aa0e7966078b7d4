import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PathFound } from './checks/check.js';
import { parseDrillFile } from './parse.js';
import { formatProblem } from './problem.js';

const valid = `name: sample
topology: { kong: { version: '3.9', nodes: 2 } }
state: { pipeline: fixtures/shop }
artifacts:
  nightly-db: { kind: database, every: 24h }
  nightly-deck: { kind: deck, withIds: true, every: 24h }
  repos: { kind: pipeline, path: fixtures/shop }
changes: { via: admin-api, perSecond: 5, for: 5s }
failure:
  - { kind: lose, target: postgres }
recovery:
  restore-db:
    - { stage: database-restore, from: nightly-db }
  sync-deck:
    - { stage: deck-sync, from: nightly-deck }
  replay-ci:
    - { stage: ci-replay, from: repos }
objectives:
  rto: { traffic: 60s, config: 90s, parity: 120s }
  rpo: 25h
  parity: { level: equivalent }
`;

/** Every problem of a text as a line. */
function problemsOf(text: string, look?: (path: string) => PathFound): string[] {
  const parsed = parseDrillFile('d.yaml', text, look ? { look } : {});
  return parsed.ok ? [] : parsed.problems.map(formatProblem);
}

/** The valid drill with one part of its text replaced; what is to be replaced has to be there. */
function changed(part: string, by: string): string {
  assert.ok(valid.includes(part), `the sample holds ${part}`);
  return valid.replace(part, by);
}

function assertProblem(text: string, expected: RegExp): void {
  const problems = problemsOf(text);
  assert.equal(problems.length, 1, problems.join('\n'));
  assert.match(problems[0] ?? '', expected);
}

test('parse - a valid drill', () => {
  const parsed = parseDrillFile('d.yaml', valid);
  assert.ok(parsed.ok, problemsOf(valid).join('\n'));
  assert.equal(parsed.drill.name, 'sample');
});

test('parse - a misspelt key, one problem at the key, with the guess', () => {
  assertProblem(
    changed('artifacts:', 'artefacts:'),
    /^d\.yaml:4:1: artefacts: there is no key "artefacts"; did you mean artifacts\?$/,
  );
});

test('parse - a misspelt key that is needed is not missing as well', () => {
  assertProblem(changed('failure:', 'failur:'), /^d\.yaml:9:1: failur: .*did you mean failure\?/);
});

test('parse - a key that is near none is told with those that there are', () => {
  assertProblem(`${valid}zzzzzz: 1\n`, /zzzzzz: expected one of the keys name, title, .*, got "zzzzzz"$/);
});

test('parse - a JSON file of another kind is one problem, not one for each key', () => {
  const text = JSON.stringify({ name: 'a', version: '1', type: 'module', scripts: {}, dependencies: {} });
  assertProblem(text, /expected a drill with name, state, failure, recovery, got a mapping with "name"/);
});

test('parse - the beginning of a drill is told what it still lacks', () => {
  const problems = problemsOf('name: a\ntags: [x]\n');
  assert.match(problems.join('\n'), /the key "state" is missing[\s\S]*the key "recovery" is missing/);
});

test('parse - keys beside the one that they belong under are one problem, which says to indent them', () => {
  assertProblem(
    valid.replace(/ {2}rto: \{.*\}/, '  rto:\n  traffic: 60s\n  config: 90s'),
    /objectives\.rto: expected a mapping, got nothing\n +→ indent "traffic" and "config" below it$/,
  );
});

test('parse - a line that is indented too far is one problem', () => {
  assertProblem(
    valid.replace(/ {2}rto: \{.*\}/, '  rto:\n    traffic: 60s\n      config: 90s'),
    /^d\.yaml:\d+:14: not valid YAML: .*\n +→ align the line below/,
  );
});

test('parse - an artifact that is near none is told with the only one that fits', () => {
  assertProblem(changed('from: nightly-db }', 'from: zzz }'), /got "zzz"\n +→ write from: nightly-db$/);
});

test('parse - all problems at once, in the order of the file', () => {
  const text = valid
    .replace('name: sample', 'name: Sample')
    .replace('nodes: 2', 'nodes: 20')
    .replace('kind: deck, ', 'kind: dekc, ')
    .replace('from: nightly-db', 'form: nightly-db')
    .replace('60s', '60');
  assert.deepEqual(
    problemsOf(text).map((line) => /^d\.yaml:(\d+:\d+)/.exec(line)?.[1]),
    ['1:7', '2:44', '6:25', '13:34', '19:19'],
  );
});

test('parse - a text that YAML takes for a number', () => {
  assertProblem(
    changed("version: '3.9'", 'version: 3.9'),
    /2:\d+: topology\.kong\.version: expected a text, got the number 3\.9\n +→ put it in quotation marks/,
  );
  assertProblem(changed('traffic: 60s', 'traffic: 60'), /expected a duration .*; did you mean 60s\?/);
});

test('parse - an alternative is reported for the branch that was meant', () => {
  assertProblem(
    changed('target: postgres }', 'target: kong, nodes: [0] }'),
    /failure\[0\]\.nodes\[0\]: expected at least 1, got the number 0/,
  );
  assertProblem(
    changed('target: postgres }', 'target: kong, nodes: 1 }'),
    /failure\[0\]\.nodes: expected all or a list, got the number 1/,
  );
});

test('parse - two sources of state', () => {
  assertProblem(
    changed('{ pipeline: fixtures/shop }', '{ pipeline: fixtures/shop, deck: x }'),
    /state: expected exactly one of .*, got pipeline and deck/,
  );
});

test('parse - an artifact that does not exist, with the guess', () => {
  assertProblem(
    changed('from: nightly-db }', 'from: nightly-bd }'),
    /recovery\.restore-db\[0\]\.from: expected the name of an artifact of kind database \(nightly-db\), got "nightly-bd"; did you mean nightly-db\?/,
  );
});

test('parse - an artifact of another kind than the stage needs', () => {
  assertProblem(
    changed('from: nightly-deck }', 'from: repos }'),
    /expected an artifact of kind deck \(nightly-deck\), got "repos", of kind pipeline/,
  );
});

test('parse - artifact and path names that every object has', () => {
  assertProblem(changed('from: nightly-db }', 'from: constructor }'), /expected the name of an artifact/);
  assert.match(problemsOf(`${valid}__proto__: { name: x }\n`)[0] ?? '', /got "__proto__"/);
});

test('parse - a mistaken artifact does not make the stage that uses it mistaken', () => {
  assertProblem(
    changed('kind: database, ', 'kind: database, evry: 1h, '),
    /4|5:\d+: artifacts\.nightly-db\.evry/,
  );
});

test('parse - items behind a mistaken one keep their place', () => {
  const text = changed(
    '  - { kind: lose, target: postgres }',
    '  - { kind: los, target: postgres }\n  - { kind: corrupt, target: kong }',
  );
  const problems = problemsOf(text);
  assert.match(problems[0] ?? '', /^d\.yaml:10:\d+: failure\[0\]\.kind: .*did you mean lose\?/);
  assert.match(problems[1] ?? '', /^d\.yaml:11:\d+: failure\[1\]\.target: expected postgres/);
});

test('parse - changes through a pipeline need one that is a folder of recorded runs', () => {
  const pipeline =
    '  team-runs: { kind: pipeline, path: runs }\n  from-git: { kind: pipeline, git: ../repo, path: kong.yaml }\n';
  const via = (changes: string, artifacts = pipeline) =>
    changed('changes: { via: admin-api,', `changes: { ${changes},`).replace(
      'artifacts:\n',
      `artifacts:\n${artifacts}`,
    );
  assert.deepEqual(problemsOf(via('via: pipeline, pipeline: team-runs')), []);
  assert.deepEqual(problemsOf(via('via: [admin-api, pipeline], pipeline: team-runs')), []);
  assertProblem(
    via('via: pipeline'),
    /changes: the key "pipeline" is missing: .* \(team-runs or repos\)\n +→ \w/,
  );
  assertProblem(via('via: [pipeline], pipeline: team-run'), /changes\.pipeline: .*did you mean team-runs\?/);
  assertProblem(
    via('via: pipeline, pipeline: from-git'),
    /changes\.pipeline: expected an artifact of kind pipeline/,
  );
  assertProblem(via('via: pipeline, pipeline: nightly-db', ''), /\(repos\), got "nightly-db"/);
  assertProblem(via('via: admin-api, pipeline: team-runs'), /changes\.pipeline: changes do not go through/);
  assertProblem(
    via('via: by-hand, pipeline: team-runs'),
    /changes\.via: expected admin-api or pipeline or a list/,
  );
  assertProblem(via('via: [admin-api, admin-api]'), /changes\.via: expected each item once/);
});

test('parse - more than one workspace, and a dump of all of them, need Enterprise', () => {
  const several = (edition: string) =>
    changed('nodes: 2 }', `nodes: 2, edition: ${edition} }, workspaces: [teams]`);
  assert.deepEqual(problemsOf(several('enterprise')), []);
  assertProblem(several('oss'), /topology\.workspaces\[0\]: only Enterprise has the workspace teams/);
  const dump = changed('withIds: true', 'withIds: true, allWorkspaces: true');
  assertProblem(dump, /allWorkspaces: only Enterprise has more than one workspace/);
});

test('parse - a made-up state cannot have more plugins than its services and routes can take', () => {
  const state = (plugins: number) =>
    changed(
      '{ pipeline: fixtures/shop }',
      `{ generate: { services: 2, routes: 1, plugins: ${plugins}, seed: 7 } }`,
    );
  assert.deepEqual(problemsOf(state(22)), []);
  assertProblem(state(23), /at most 22 plugins on 2 services and 1 routes, got 23/);
});

test('parse - a regression budget is held against clocks that have a target', () => {
  const rto = '  rto: { traffic: 60s, config: 90s, parity: 120s }\n';
  assert.deepEqual(problemsOf(changed('  rpo: 25h', '  regression: { runs: 5 }')), []);
  assertProblem(
    changed(rto, '  regression: { runs: 5 }\n'),
    /objectives\.regression: expected at least one target under `rto:`/,
  );
  assertProblem(changed('  rpo: 25h', '  regression: { runs: 2 }'), /objectives\.regression\.runs: .*3/);
});

test('parse - what is available is not refused', () => {
  const failures = [
    '{ kind: kill, target: postgres }',
    '{ kind: stop, target: kong, nodes: [2] }',
    '{ kind: freeze, target: kong }',
    '{ kind: drop-database }',
    '{ kind: truncate }',
    '{ kind: delete-entities, entities: [routes] }',
  ];
  for (const failure of failures) {
    const text = changed('{ kind: lose, target: postgres }', `${failure}\n  - { kind: pause, for: 1s }`);
    assert.deepEqual(problemsOf(text), []);
  }
  const restore = 'from: nightly-db, jobs: 4, kong: new, address: same, replayTo: end }';
  assert.match(problemsOf(changed('from: nightly-db }', restore))[0] ?? '', /`replayTo` means nothing/);
  assert.deepEqual(problemsOf(changed('kind: database, ', 'kind: database, method: physical, ')), []);
  assert.deepEqual(problemsOf(changed('{ pipeline: fixtures/shop }', '{ databaseDump: x.dump }')), []);
});

test("parse - where the artifacts of one's own come from", () => {
  const database = 'kind: database, ';
  for (const source of ['command: [aws, s3, cp, x], decrypt: [age, -d]', 'path: x.dump, decrypt: [age, -d]'])
    assert.deepEqual(problemsOf(changed(database, `${database}${source}, `)), []);
  for (const [source, expected] of [
    ['path: x.dump, command: [aws]', /expected one of path, git and command, got path and command/],
    ['path: x.dump, method: physical', /a base backup of your own cannot be used/],
    ['path: x.dump, revision: main', /`revision` means nothing for an artifact that is in no git repository/],
    ['decrypt: [age, -d]', /`decrypt` means nothing for an artifact that the drill takes itself/],
  ] as const)
    assertProblem(changed(database, `${database}${source}, `), expected);
});

test('parse - a dump of the drill has a date of its own, and yours the one that you say', () => {
  const deck = 'kind: deck, withIds: true, every: 24h';
  const date = "createdAt: '2026-11-24T02:00:00Z'";
  assertProblem(
    changed(deck, `${deck}, ${date}`),
    /`createdAt` means nothing for an artifact that the drill/,
  );
  assert.deepEqual(problemsOf(changed(deck, `kind: deck, path: kong.yaml, ${date}`)), []);
  assertProblem(changed(deck, 'kind: deck, path: kong.yaml'), /nightly-deck: the key "every" is missing/);
});

test("parse - a script of one's own beside the other stages, never alone", () => {
  const script = '{ stage: infrastructure, command: [make] }';
  const alone = changed('{ stage: ci-replay, from: repos }', script);
  assertProblem(alone, /expected a stage that brings Kong back, got scripts only/);
  const first = changed(
    '{ stage: ci-replay, from: repos }',
    `${script}\n    - { stage: ci-replay, from: repos }`,
  );
  assert.deepEqual(problemsOf(first), []);
  assertProblem(
    first.replace('{ stage: ci-replay, from: repos }', '{ stage: reattach }'),
    /after this disaster Postgres and its data are lost/,
  );
});

test('parse - a base backup starts on its own major version only', () => {
  const physical = changed('kind: database, ', 'kind: database, method: physical, ');
  assertProblem(
    physical.replace('from: nightly-db }', "from: nightly-db, postgresVersion: '16' }"),
    /a base backup starts only on the major version that it is of, got 16/,
  );
});

test('parse - how far the WAL of a base backup is replayed', () => {
  const physical = 'kind: database, method: physical, ';
  const restore = (replayTo: string, before = '', after = '') =>
    changed('kind: database, ', physical)
      .replace('from: nightly-db }', `from: nightly-db, replayTo: ${replayTo} }`)
      .replace('  - { kind: lose, target: postgres }', (lost) => `${before}${lost}${after}`);
  const point = '  - { kind: restore-point, name: before-deploy }\n';
  for (const text of [restore('end'), restore('10s before the failure'), restore('before-deploy', point)])
    assert.deepEqual(problemsOf(text), []);
  assert.deepEqual(problemsOf(restore('end').replace('physical, every: 24h', 'physical')), [], 'no schedule');
  assertProblem(restore('before-deploi', point), /or a restore point \(before-deploy\), got "before-deploi"/);
  assertProblem(restore('tomorrow at noon'), /expected end, a time as in `10s before the failure`, or/);
  assertProblem(restore('end', '  - { kind: restore-point, name: end }\n'), /`end` is the end of the WAL/);
  assertProblem(restore('end', '', `\n${point}`), /made by Postgres, which runs no more by then/);
  const timed = (time: string, kind = physical) =>
    changed('kind: database, ', `${kind}archiveTimeout: ${time}, `);
  assert.deepEqual(problemsOf(timed('5s')), []);
  assertProblem(timed('1500ms'), /archiveTimeout: expected whole seconds, got 1500ms/);
  assertProblem(
    timed('5s', 'kind: database, '),
    /`archiveTimeout` means nothing for an artifact that is no base/,
  );
});

test('parse - which runs a replay takes', () => {
  const recorded = 'kind: pipeline, path: fixtures/shop';
  const git = 'kind: pipeline, git: repo.git, path: kong.yaml';
  const inGit = changed(recorded, git);
  for (const words of ['newestOnly: true', 'since: v1.2', 'times: 2'])
    assert.deepEqual(problemsOf(inGit.replace('from: repos }', `from: repos, ${words} }`)), []);
  for (const [words, expected] of [
    ['newestOnly: true', /`newestOnly` means nothing for recorded runs/],
    ['since: v1.2', /expected start or artifact, got "v1.2"/],
    ['since: artifact', /expected a stage before this one that recovers from an artifact/],
  ] as const)
    assertProblem(changed('from: repos }', `from: repos, ${words} }`), expected);
  assertProblem(changed(recorded, 'kind: pipeline, git: repo.git'), /which decK file of the repository/);
  assertProblem(changed(recorded, `${recorded}, steps: [{ command: [make] }]`), /`steps` means nothing/);
});

test('parse - reattach where Postgres is lost', () => {
  assertProblem(
    changed('{ stage: database-restore, from: nightly-db }', '{ stage: reattach }'),
    /recovery\.restore-db\[0\]\.stage: after this disaster Postgres and its data are lost: there is nothing to reattach to\n +→ use database-restore/,
  );
  const survives = changed('target: postgres', 'target: kong').replace(
    '{ stage: database-restore, from: nightly-db }',
    '{ stage: reattach }',
  );
  assert.deepEqual(problemsOf(survives), []);
});

test('parse - a restore over a database that is gone', () => {
  assertProblem(
    changed('from: nightly-db }', 'from: nightly-db, into: existing }'),
    /there is no existing database to restore over/,
  );
});

test("parse - a Kong that goes on after a backup of one's own is no mistake", () => {
  const own = changed('kind: database, every: 24h', 'kind: database, path: kong.dump');
  for (const kong of ['keep', 'reload', 'clear-cache'])
    assert.deepEqual(problemsOf(own.replace('from: nightly-db }', `from: nightly-db, kong: ${kong} }`)), []);
});

test('parse - failure of a node that is not there, or of a node of Postgres', () => {
  assertProblem(
    changed('target: postgres', 'target: kong, nodes: [1, 3]'),
    /failure\[0\]\.nodes\[1\]: expected a node out of 1 to 2, got 3/,
  );
  assertProblem(changed('target: postgres', 'target: postgres, nodes: [1]'), /Postgres has no nodes/);
});

test('parse - what only Enterprise has', () => {
  const token = "version: '3.9', adminToken: { env: TOKEN }";
  assertProblem(changed("version: '3.9'", token), /only Enterprise asks for an Admin API token/);
  assert.deepEqual(problemsOf(changed("version: '3.9'", `${token}, edition: enterprise`)), []);
});

test('parse - only pauses', () => {
  assertProblem(changed('{ kind: lose, target: postgres }', '{ kind: pause, for: 1s }'), /got only pauses/);
});

test('parse - modes that are not covered, one sentence each', () => {
  const withSetting = (setting: string) => changed('nodes: 2', `nodes: 2, settings: { ${setting} }`);
  assertProblem(withSetting('role: control_plane'), /hybrid mode is not covered/);
  assertProblem(withSetting("database: 'off'"), /DB-less mode .* not covered/);
  assertProblem(withSetting("konnect_mode: 'on'"), /Konnect is not covered/);
  assertProblem(
    changed('nodes: 2', 'nodes: 2, environment: { KONG_ROLE: data_plane }'),
    /environment\.KONG_ROLE: hybrid mode is not covered/,
  );
  assert.deepEqual(problemsOf(withSetting('role: traditional, database: postgres')), []);
});

test('parse - settings that would lead Kong out of the lab', () => {
  for (const setting of ['pg_host: db.example', 'dns_resolver: 9.9.9.9', 'proxy_listen: 0.0.0.0:80']) {
    assertProblem(
      changed('nodes: 2', `nodes: 2, settings: { '${setting.replace(': ', "': '")}' }`),
      /the runner sets \w+ itself/,
    );
  }
  assertProblem(changed('nodes: 2', 'nodes: 2, environment: { KONG_PG_HOST: x }'), /the runner sets pg_host/);
});

test('parse - declared loss of a path or kind that is not there', () => {
  const loss = (recovery: string, kind: string) =>
    changed(
      'level: equivalent',
      `level: equivalent, declaredLoss: [{ recovery: ${recovery}, kinds: [${kind}], reason: hashed }]`,
    );
  assert.deepEqual(problemsOf(loss('sync-deck', 'basic-auth')), []);
  assertProblem(loss('sync-dekc', 'basic-auth'), /did you mean sync-deck\?/);
  assertProblem(loss('sync-deck', 'basic-auths'), /expected an entity kind .*did you mean basic-auth\?/);
});

test('parse - targets below what can be measured, or reached', () => {
  assertProblem(
    changed('target: postgres', 'target: postgres').replace('traffic: 60s', 'traffic: 500ms'),
    /objectives\.rto\.traffic: expected at least 1\.00 s, got 500ms: probes are 10 ms apart/,
  );
  assert.deepEqual(
    problemsOf(changed('parity: 120s', 'parity: 2s')).map((line) => /: (\S+) cannot be done/.exec(line)?.[1]),
    ['restore-db', 'sync-deck', 'replay-ci'],
  );
  assert.match(
    problemsOf(changed('parity: 120s', 'parity: 2s'))[0] ?? '',
    /infrastructure 900 ms \+ restore 350 ms \+ kong 1\.10 s = 2\.35 s/,
  );
});

test('parse - a target below the pauses between the failures', () => {
  const text = changed(
    '  - { kind: lose, target: postgres }',
    '  - { kind: pause, for: 9m }\n  - { kind: lose, target: postgres }\n  - { kind: pause, for: 100s }\n  - { kind: kill, target: kong }',
  );
  assert.match(problemsOf(text).join('\n'), /rto\.config: restore-db cannot .*: pauses 1 min 40 s \+ infra/);
});

test('parse - an RPO that nothing could miss', () => {
  assertProblem(
    changed('kind: database, every: 24h', 'kind: database'),
    /artifacts\.nightly-db: the key "every" is missing: changes go on for 5\.00 s/,
  );
  assert.deepEqual(
    problemsOf(changed('kind: database, every: 24h', 'kind: database').replace('rpo: 25h', 'rpo: 2s')),
    [],
  );
});

test('parse - durations of nothing, and of ages', () => {
  assertProblem(changed('for: 5s', 'for: 0s'), /changes\.for: expected more than no time, got 0s/);
  assertProblem(changed('traffic: 60s', 'traffic: 9999999d'), /expected at most 168 h 00 min, got 9999999d/);
  assertProblem(`${valid}limits: { observe: 2s }\n`, /limits\.observe: expected at least 12\.00 s, got 2s/);
});

test('parse - paths that are not there, with a guess from beside them', () => {
  const look = (path: string): PathFound => ({ exists: path === 'fixtures/shop', neighbours: ['shop'] });
  assert.deepEqual(problemsOf(valid, look), []);
  assert.match(
    problemsOf(changed('{ pipeline: fixtures/shop }', '{ pipeline: fixtures/shopp }'), look)[0] ?? '',
    /state\.pipeline: .* found nothing at "fixtures\/shopp"; did you mean fixtures\/shop\?/,
  );
});

test('parse - anchors, aliases and merge keys work, and mistakes point at what was written', () => {
  const text = changed(
    '  restore-db:\n    - { stage: database-restore, from: nightly-db }\n',
    '  restore-db: &restore\n    - &first { stage: database-restore, from: nightly-db }\n  again: *restore\n  other:\n    - { <<: *first, jobs: 3 }\n',
  );
  const parsed = parseDrillFile('d.yaml', text);
  assert.ok(parsed.ok, problemsOf(text).join('\n'));
  assert.deepEqual(parsed.drill.recovery.other, [{ stage: 'database-restore', from: 'nightly-db', jobs: 3 }]);
  assert.deepEqual(
    problemsOf(text.replace('from: nightly-db }', 'from: nightly-bd }')).map((line) => line.slice(0, 14)),
    ['d.yaml:13:47: '],
  );
});

test('parse - texts that are no drill, one clear problem each', () => {
  const bomb = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => {
      const before = 'abcdefgh'[index] ?? '';
      return `${name}: &${name} [${Array(10).fill(`*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  const texts: [string, RegExp][] = [
    ['', /got an empty file/],
    ['# nothing\n', /got an empty file/],
    ['just words', /expected a mapping, got "just words"/],
    ['- a\n- b\n', /expected a mapping, got a list/],
    [`${valid}---\n${valid}`, /d\.yaml:\d+:\d+: expected one drill, got several documents/],
    [changed('  - { kind', '\t- { kind'), /Tabs are not allowed as indentation/],
    [bomb, /aliases that stand for far too much/],
    ['a: &a [*a]', /1:8: the alias \*a stands within its own anchor/],
    ['a: *b', /1:4: the alias \*b refers to no anchor before it/],
    ['['.repeat(20_000), /nested too deeply/],
    ['a: "open', /Missing closing/],
    ['a: !!js/function x', /Unresolved tag/],
    [
      '_format_version: "3.0"\nservices: []',
      /^d\.yaml:1:1: expected a drill with name, .*, got a mapping with "_form[^]*→[^\n]+$/,
    ],
  ];
  for (const [text, expected] of texts) assert.match(problemsOf(text).join('\n'), expected);
});

test('parse - a duplicate key, and the other mistakes of the file too', () => {
  const problems = problemsOf(`${changed('name: sample', 'name: Sample')}name: again\n`);
  assert.match(problems.join('\n'), /d\.yaml:\d+:1: the key "name" is written twice/);
  assert.match(problemsOf(`${changed('nodes: 2', 'nodes: 0')}name: again\n`).join('\n'), /nodes.*\n.*twice/);
});

test('parse - any text, never throws and always says where', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary' })), (text) => {
      assertReported(text);
    }),
    { numRuns: 300 },
  );
});

test('parse - a valid drill with its lines cut, doubled, swapped and spoilt, never throws', () => {
  const lines = valid.split('\n');
  const place = fc.nat(lines.length - 1);
  const spoilt = fc.constantFrom(
    'null',
    '7',
    '[]',
    '{}',
    '*x',
    '&x',
    '"',
    '- ',
    '? ',
    '<<: *first',
    '\t',
    '!x',
    '__proto__: 1',
  );
  const edit = fc.tuple(place, place, fc.nat(60), spoilt, fc.nat(3));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce((before, [from, to, column, word, how]) => {
        const after = [...before];
        const line = after[from] ?? '';
        if (how === 0) after.splice(from, 1);
        if (how === 1) after.splice(to, 0, line);
        if (how === 2) after[from] = line.slice(0, column) + word + line.slice(column);
        if (how === 3) after[from] = line.slice(0, column) + word;
        return after;
      }, lines);
      assertReported(text.join('\n'));
    }),
    { numRuns: 300 },
  );
});

function assertReported(text: string): void {
  const parsed = parseDrillFile('d.yaml', text);
  if (parsed.ok) return;
  assert.ok(parsed.problems.length > 0);
  for (const { line = 0, column = 0, message } of parsed.problems) {
    assert.ok(line >= 1 && column >= 1 && message !== '', JSON.stringify(parsed.problems));
    assert.ok(line <= text.split(/\r\n|\n|\r/).length + 1);
  }
}
