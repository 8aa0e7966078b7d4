import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { parseDrillFile } from '../drillfile/parse.js';
import type { CiTerms } from './ci/job.js';
import { ciJobs, ciNames, usedCi } from './ci/jobs.js';
import { draftDrill } from './draft.js';
import type { Found } from './found.js';
import { drillFile, projectFiles } from './project-files.js';
import type { ProjectTerms } from './project-files.js';

const terms: ProjectTerms = {
  ci: undefined,
  version: '1.2.3',
  schema: '{}',
  isDependency: false,
  has: () => false,
  read: () => undefined,
};

const finds: Readonly<Record<string, Found>> = {
  nothing: { notes: [] },
  'a running Kong': {
    kong: {
      edition: 'oss',
      version: '3.9.1',
      nodes: 2,
      settings: { db_update_frequency: 5, router_flavor: 'expressions' },
    },
    amounts: { services: 3, routes: 1, consumers: 0, plugins: 900_000, upstreams: 0, certificates: 0 },
    notes: ['http://127.0.0.1:8001: Kong 3.9.1'],
  },
  'an empty Kong': {
    amounts: { services: 0, routes: 0, consumers: 0, plugins: 0, upstreams: 0, certificates: 0 },
    notes: [],
  },
  'a dump': { dump: 'backups/kong.dump', postgresVersion: '16', notes: ['backups/kong.dump: a dump'] },
  'a decK file and an image': {
    deck: 'config',
    kong: { edition: 'enterprise', image: 'registry.example/kong:3.9', settings: {} },
    notes: ['a note: with a colon, "quotes" and # a mark'],
  },
  'a dump and a decK file': { dump: 'a b/kong.dump', deck: 'kong.yaml', notes: [] },
};

function drillIn(found: Found): string {
  const file = projectFiles(found, terms).files.find(({ path }) => path === drillFile);
  assert.ok(file);
  return file.content;
}

for (const [what, found] of Object.entries(finds)) {
  test(`init - from ${what}: the file is a valid drill, and says what was drafted`, () => {
    const parsed = parseDrillFile(drillFile, drillIn(found));
    assert.ok(parsed.ok, JSON.stringify(parsed));
    assert.deepEqual(parsed.drill, draftDrill(found, '..'));
  });
}

test('init - the real configuration is drilled where it is at hand, else one of the same size', () => {
  assert.deepEqual(draftDrill({ dump: 'k.dump', deck: 'kong.yaml', notes: [] }, '..').state, {
    databaseDump: '../k.dump',
  });
  assert.deepEqual(draftDrill({ deck: 'kong.yaml', notes: [] }, '..').state, { deck: '../kong.yaml' });
  const { generate } = draftDrill(finds['a running Kong'] ?? { notes: [] }, '..').state;
  assert.deepEqual([generate?.services, generate?.plugins], [3, 30]);
});

test('init - the first line of a drill leads editors to the schema', () => {
  assert.match(drillIn({ notes: [] }), /^# yaml-language-server: \$schema=\.\/drill\.schema\.json\n/);
  const own = projectFiles({ notes: [] }, { ...terms, isDependency: true });
  assert.match(
    own.files[0]?.content ?? '',
    /\$schema=\.\.\/node_modules\/kong-drill\/drills\/drill\.schema\.json\n/,
  );
});

test('init - a version that is none is refused in words, and nothing is written', () => {
  const wrong: Found = { kong: { edition: 'oss', version: '', settings: {} }, notes: [] };
  assert.throws(() => projectFiles(wrong, terms), {
    code: 'usage',
    message: /makes no drill:\ndrills\/postgres-lost\.yaml:\d+:\d+/,
  });
});

for (const name of ciNames) {
  test(`init - the job for ${ciJobs[name].title} runs the drills each night and on a tag, and keeps JUnit and reports`, () => {
    const { files } = projectFiles({ notes: [] }, { ...terms, ci: name });
    const written = files.filter(({ path }) => !path.startsWith('drills/'));
    assert.ok(written.length > 0);
    const text = written.map(({ content }) => content).join('\n');
    assert.match(
      text,
      /npx kong-drill run drills --tag "\$TAG" --engine containers --shard \S.* --history reports --out shards\/\S/,
    );
    assert.match(text, /npx kong-drill merge shards\/\* --out reports/);
    assert.match(text, /npm install --no-save kong-drill@1\.2\.3/);
    for (const word of ['nightly', 'pre-release']) assert.match(text, new RegExp(word));
    assert.match(text, name === 'github' ? /upload-artifact/ : /reports\/\*\/latest\/TEST-\*\.xml/);
    assert.doesNotMatch(text, /undefined|\\\$/);
  });
}

for (const name of ciNames.filter((one) => one !== 'jenkins')) {
  test(`init - the job for ${ciJobs[name].title} is YAML without a doubled key`, () => {
    for (const { path, content } of ciJobs[name].files(ciTerms)) {
      const parsed: unknown = parse(content);
      assert.ok(typeof parsed === 'object' && parsed !== null, path);
    }
  });
}

const ciTerms: CiTerms = {
  drills: 'drills',
  install: 'npm ci',
  program: 'npx kong-drill',
  has: () => false,
  read: () => undefined,
};

test('init - the reports of a failed job are kept, too: the trend is made of them', () => {
  const [github] = ciJobs.github.files(ciTerms);
  const { jobs } = parse(github?.content ?? '') as {
    jobs: { verdict: { if: string; steps: { uses?: string; if?: string }[] } };
  };
  assert.equal(jobs.verdict.if, 'always()');
  const keeping = jobs.verdict.steps.filter(({ uses = '' }) => /cache\/save|upload-artifact/.test(uses));
  assert.deepEqual(
    keeping.map((step) => step.if),
    ['always()', 'always()'],
  );
});

test('init - each machine of a matrix runs a part of its own, and a missed objective ends none of them early', () => {
  const [github] = ciJobs.github.files(ciTerms);
  const { jobs } = parse(github?.content ?? '') as {
    jobs: { drills: { strategy: { matrix: { shard: number[] }; 'fail-fast': boolean } } };
  };
  assert.deepEqual(jobs.drills.strategy, { 'fail-fast': false, matrix: { shard: [1, 2] } });
  const [gitlab] = ciJobs.gitlab.files(ciTerms);
  const pipeline = parse(gitlab?.content ?? '') as Record<string, Record<string, unknown> | undefined>;
  assert.deepEqual(
    [pipeline['kong-drill-run']?.parallel, pipeline['kong-drill-run']?.allow_failure],
    [2, true],
  );
  assert.deepEqual(pipeline['kong-drill']?.needs, ['kong-drill-earlier', 'kong-drill-run']);
  assert.ok(!('allow_failure' in (pipeline['kong-drill'] ?? {})));
});

test('init - the Jenkinsfile is one pipeline, with its braces closed and its strings ended', () => {
  const [file] = ciJobs.jenkins.files(ciTerms);
  const code = (file?.content ?? '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/'[^'\n]*'|"(?:\$\{[^}]*\}|[^"\n])*"/g, '""');
  assert.doesNotMatch(code, /'/);
  let depth = 0;
  for (const brace of code.match(/[{}]/g) ?? []) {
    depth += brace === '{' ? 1 : -1;
    assert.ok(depth >= 0);
  }
  assert.equal(depth, 0);
  assert.match(code, /^\s*pipeline \{/);
});

test('init - a GitLab pipeline that is there is told to include the job, and not written over', () => {
  const has = (path: string): boolean => path === '.gitlab-ci.yml';
  const { files, remains } = projectFiles({ notes: [] }, { ...terms, ci: 'gitlab', has });
  assert.ok(!files.some(({ path }) => path === '.gitlab-ci.yml'));
  assert.match(
    remains.join('\n'),
    /add to \.gitlab-ci\.yml: {2}include: \[\{ local: \.gitlab\/kong-drill\.yml \}\]/,
  );
});

function hasOwn(text: string): Pick<CiTerms, 'has' | 'read'> {
  const has = (path: string): boolean => path === '.gitlab-ci.yml';
  return { has, read: (path) => (has(path) ? text : undefined) };
}

const stages: readonly (readonly [string, string, string])[] = [
  ['no stages of its own', 'include: []\n', 'test'],
  ['test among its stages', 'stages: [build, test]\n', 'test'],
  ['stages without test', 'stages: [.pre, "on call", deploy]\nx: !reference [.a, script]\n', 'on call'],
  ['what nobody can read', 'stages: [build', 'test'],
];
for (const [what, text, stage] of stages) {
  test(`init - the jobs in a GitLab pipeline with ${what} are in a stage that it has`, () => {
    const own = hasOwn(text);
    const [file] = ciJobs.gitlab.files({ ...ciTerms, ...own });
    const jobs = parse(file?.content ?? '') as Record<string, { stage?: string; extends?: string }>;
    assert.equal(jobs['.kong-drill']?.stage, stage);
    for (const name of ['kong-drill-earlier', 'kong-drill-run', 'kong-drill'])
      assert.equal(jobs[name]?.extends, '.kong-drill');
    const remains = ciJobs.gitlab.remains({ ...ciTerms, ...own }).join('\n');
    assert.equal(remains.includes('the jobs are in your first stage, "on call"'), stage !== 'test');
  });
}

test('init - a stage of the Jenkinsfile holds no executor that another waits for, and publishes where it has one', () => {
  const [file] = ciJobs.jenkins.files(ciTerms);
  const code = file?.content ?? '';
  assert.match(code, /^pipeline \{\n {2}agent none$/m);
  const agents = code.match(/^ *agent .*$/gm)?.map((line) => line.trim());
  const own = "agent { label 'docker' }";
  assert.deepEqual(agents, ['agent none', own, own, own]);
  assert.match(code, /stage\('Verdict'\) \{[\s\S]*\n {6}post \{/);
});

test('init - a Jenkins build copies the reports of the one before, and hands them on before it runs anything', () => {
  const [file] = ciJobs.jenkins.files(ciTerms);
  const code = file?.content ?? '';
  const places = ['copyArtifacts ', 'archiveArtifacts ', "stage('Recovery drills')"].map((word) =>
    code.indexOf(word),
  );
  assert.ok(!places.includes(-1));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(ciJobs.jenkins.remains(ciTerms).join('\n'), /Copy Artifact plugin/);
});

interface AzureStep {
  readonly script?: string;
  readonly task?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
}

function azurePipeline(terms: CiTerms) {
  const [file] = ciJobs.azure.files(terms);
  return parse(file?.content ?? '') as {
    schedules: { branches: { include: string[] } }[];
    variables: Record<string, { TAG: string }>;
    jobs: { steps: AzureStep[] }[];
  };
}

const azureSteps = () => azurePipeline(ciTerms).jobs.flatMap(({ steps }) => steps);

test('init - Azure gives the key to whatever signs', () => {
  const signing = azureSteps().filter(({ script = '' }) => /kong-drill (?:run|merge) /.test(script));
  assert.deepEqual(
    signing.map(({ env }) => env?.KONG_DRILL_SIGNING_KEY),
    ['$(KONG_DRILL_SIGNING_KEY)', '$(KONG_DRILL_SIGNING_KEY)'],
  );
});

test('init - Azure runs the nights of the branch that git names; where it names none, of main, and that is said', () => {
  const branchOf = (terms: CiTerms) => azurePipeline(terms).schedules[0]?.branches.include;
  assert.deepEqual(branchOf({ ...ciTerms, branch: 'trunk' }), ['trunk']);
  assert.deepEqual(branchOf(ciTerms), ['main']);
  const said = /see that main is your branch/;
  assert.match(ciJobs.azure.remains(ciTerms).join('\n'), said);
  assert.doesNotMatch(ciJobs.azure.remains({ ...ciTerms, branch: 'trunk' }).join('\n'), said);
});

test('init - only a tag is before a release: what is started by hand is as of a night, on Azure as on GitHub', () => {
  assert.deepEqual(azurePipeline(ciTerms).variables, {
    "${{ if startsWith(variables['Build.SourceBranch'], 'refs/tags/') }}": { TAG: 'pre-release' },
    '${{ else }}': { TAG: 'nightly' },
  });
});

test('init - Azure is told whole paths, and a verdict that runs again publishes under another name', () => {
  const inputs = azureSteps().map((step) => step.inputs ?? {});
  const paths = inputs.flatMap(({ path, targetPath }) => path ?? targetPath ?? []);
  assert.equal(paths.length, 5);
  for (const path of paths) assert.match(path, /^\$\(System\.DefaultWorkingDirectory\)\//);
  const published = inputs.flatMap(({ artifact }) => artifact ?? []);
  assert.deepEqual(published, [
    'shard-$(System.JobPositionInPhase)',
    'kong-drill-reports-$(System.JobAttempt)',
  ]);
  assert.equal(inputs.filter(({ patterns }) => patterns === 'kong-drill-reports-*/**').length, 2);
});

for (const name of ciNames) {
  test(`init - the job for ${ciJobs[name].title} gives the CI no JUnit of an earlier job, not even where it breaks off`, () => {
    const text = ciJobs[name]
      .files(ciTerms)
      .map(({ content }) => content)
      .join('\n');
    const verdict = text.slice(
      text.search(/^ *(?:verdict:|- job: verdict|kong-drill:|stage\('Verdict'\).*)$/m),
    );
    const forgotten = verdict.indexOf('rm -rf reports/*/latest');
    const failing = verdict.indexOf('npm ci');
    assert.ok(forgotten !== -1 && forgotten < failing, verdict);
    assert.ok(failing < verdict.indexOf('npx kong-drill merge'));
  });
}

test('init - the CI that a repository uses is known by its files', () => {
  const used = (...paths: string[]) => usedCi((path) => paths.includes(path));
  assert.deepEqual(
    [used('.github'), used('.gitlab-ci.yml'), used('Jenkinsfile'), used('azure-pipelines.yml'), used()],
    ['github', 'gitlab', 'jenkins', 'azure', undefined],
  );
});
