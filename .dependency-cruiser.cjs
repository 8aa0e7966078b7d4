/** Imports go one way; each third-party package has one home. See docs/architecture.md. */
const folders = [
  'model',
  'system',
  'drillfile',
  'init',
  'plan',
  'engine',
  'lab',
  'artifact',
  'failure',
  'recovery',
  'measure',
  'parity',
  'verdict',
  'journal',
  'run',
  'evidence',
  'sabotage',
  'report',
  'cli',
  'standin',
  'testing',
];

/** What run and what attacks it compose. */
const beneathRun = [
  'model',
  'system',
  'drillfile',
  'plan',
  'engine',
  'lab',
  'journal',
  'measure',
  'parity',
  'artifact',
  'failure',
  'recovery',
  'verdict',
  'evidence',
  'report',
];

/** folder → the folders of ours that it may import. */
const layers = {
  model: [],
  system: ['model'],
  drillfile: ['model', 'system', 'plan'],
  init: ['model', 'system', 'drillfile'],
  plan: ['model'],
  lab: ['model', 'system'],
  engine: ['model', 'system', 'lab'],
  journal: ['model', 'system'],
  measure: ['model', 'system'],
  parity: ['model', 'system'],
  artifact: ['model', 'system', 'engine', 'parity'],
  failure: ['model', 'system', 'engine'],
  recovery: ['model', 'system', 'engine', 'artifact'],
  verdict: ['model', 'measure'],
  report: ['model'],
  evidence: ['model', 'system', 'journal', 'verdict', 'report'],
  run: beneathRun,
  sabotage: [...beneathRun, 'run'],
  cli: folders.filter((f) => !['cli', 'standin', 'testing'].includes(f)),
  standin: [],
  testing: folders.filter((f) => !['testing', 'standin', 'cli'].includes(f)),
};

/** package → the one place that imports it. */
const homes = {
  testcontainers: '^src/engine/containers/',
  '@testcontainers/postgresql': '^src/engine/containers/',
  execa: '^src/system/command\\.ts$',
  pg: '^src/(system/sql|standin/)',
  'pg-copy-streams': '^src/parity/',
  yargs: '^src/cli/',
  yaml: '^src/(system/plain-yaml|drillfile/|init/drill-text|artifact/made-runs|sabotage/)',
  ajv: '^src/(drillfile/|journal/|artifact/)',
  typebox: '^src/model/',
  'junit-report-builder': '^src/report/',
  preact: '^src/report/',
};

const test = '\\.test\\.ts$|^src/testing/';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      from: { path: '^src', pathNot: test },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'tests-only-in-tests', severity: 'error', from: { pathNot: test }, to: { path: test } },
    ...Object.entries(layers).map(([folder, allowed]) => ({
      name: `layer-${folder}`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: test },
      to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
    })),
    {
      name: 'pure-measure',
      comment: 'verdict sees only the pure parts of measure, so that a stored journal can be judged again',
      severity: 'error',
      from: { path: '^src/verdict/', pathNot: test },
      to: { path: '^src/measure/', pathNot: '^src/measure/(rto|rpo|uncertainty)' },
    },
    {
      name: 'pure',
      severity: 'error',
      from: { path: '^src/(plan/|verdict/|measure/(rto|rpo|uncertainty)|parity/diff)', pathNot: test },
      to: { path: '^src/system/|^node:' },
    },
    {
      name: 'engines-behind-their-interface',
      severity: 'error',
      from: { path: '^src/(failure|recovery|artifact|measure|parity|run|sabotage|cli)/', pathNot: test },
      to: { path: '^src/engine/(containers|processes)/' },
    },
    {
      name: 'engines-apart',
      comment: 'what both engines need stands beside them',
      severity: 'error',
      from: { path: '^src/engine/(containers|processes)/', pathNot: test },
      to: { path: '^src/engine/(containers|processes)/', pathNot: '^src/engine/$1/' },
    },
    ...Object.entries(homes).map(([name, home]) => ({
      name: `home-of-${name}`,
      severity: 'error',
      from: { path: '^src/', pathNot: `${home}|${test}` },
      to: { path: `node_modules/${name}/`, dependencyTypesNot: ['type-only'] },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
};
