/** GitLab CI: a file of its own, included from `.gitlab-ci.yml`. */
import { isObject } from '../../model/entity.js';
import type { Json } from '../../model/entity.js';
import { plainYaml } from '../../system/plain-yaml.js';
import {
  forgetLatest,
  heading,
  junitFiles,
  mergeCommand,
  reportsFolder,
  runCommand,
  shards,
  shardsFolder,
} from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = '.gitlab/kong-drill.yml';
const main = '.gitlab-ci.yml';

export const gitlab: CiJob = {
  title: 'GitLab CI',
  traces: [main, '.gitlab'],
  files: (terms) => [
    { path, content: job(terms) },
    ...(terms.has(main) ? [] : [{ path: main, content: `include:\n  - local: ${path}\n` }]),
  ],
  remains: (terms) => [
    ...(terms.has(main) ? [`add to ${main}:  include: [{ local: ${path} }]`] : []),
    ...stageRemains(stageFor(terms)),
    'make a pipeline schedule for each night (CI/CD > Schedules)',
  ],
};

const usualStage = 'test';

/** One stage that is not there makes the whole pipeline invalid: where the project has stages without `test`, its first one. */
function stageFor({ read }: CiTerms): string {
  const own = stagesIn(read(main) ?? '');
  return own.includes(usualStage) ? usualStage : (own[0] ?? usualStage);
}

function stageRemains(stage: string): readonly string[] {
  return stage === usualStage
    ? []
    : [`the jobs are in your first stage, ${JSON.stringify(stage)}: \`stage:\` in ${path} names another`];
}

/** Without those that GitLab has by itself, of which alone no pipeline is made. */
function stagesIn(text: string): readonly string[] {
  try {
    const content = plainYaml(text, { merge: true }) as Json;
    const stages = isObject(content) && Array.isArray(content.stages) ? content.stages : [];
    return stages
      .filter((stage) => typeof stage === 'string')
      .filter((stage) => !/^\.(?:pre|post)$/.test(stage));
  } catch {
    return [];
  }
}

function job(terms: CiTerms): string {
  const out = `${shardsFolder}/$CI_NODE_INDEX`;
  const stage = stageFor(terms);
  return `${heading}
# Needs a runner that may run Docker in Docker (privileged), and a cache that the runners share.
.kong-drill:
  image: node:22
  # Has to be among the \`stages:\` of ${main}; GitLab's own are build, test and deploy.
  stage: ${stage === usualStage ? stage : JSON.stringify(stage)}
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables:
        TAG: nightly
    - if: $CI_COMMIT_TAG
      variables:
        TAG: pre-release
# The same earlier reports for all, so that each finds the same split.
kong-drill-earlier:
  extends: .kong-drill
  cache:
    key: kong-drill
    paths: [${reportsFolder}]
    policy: pull
  script:
    - mkdir -p ${reportsFolder}
  artifacts:
    paths: [${reportsFolder}]
    expire_in: 1 day
kong-drill-run:
  extends: .kong-drill
  needs: [kong-drill-earlier]
  parallel: ${shards}
  services:
    - docker:27-dind
  variables:
    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_VERIFY: '1'
    DOCKER_TLS_CERTDIR: /certs
    DOCKER_CERT_PATH: /certs/client
  timeout: 1h
  allow_failure: true
  before_script:
    - ${terms.install}
  script:
    - ${runCommand(terms, '$CI_NODE_INDEX/$CI_NODE_TOTAL', out)}
  artifacts:
    when: always
    paths: [${shardsFolder}]
    expire_in: 1 day
${verdictJob(terms)}`;
}

function verdictJob(terms: CiTerms): string {
  return `kong-drill:
  extends: .kong-drill
  needs: [kong-drill-earlier, kong-drill-run]
  resource_group: kong-drill
  cache:
    key: kong-drill
    paths: [${reportsFolder}]
    policy: push
    when: always
  before_script:
    - ${forgetLatest}
    - ${terms.install}
  script:
    - ${mergeCommand(terms)}
  artifacts:
    when: always
    paths: [${reportsFolder}]
    reports:
      junit: ${junitFiles}
`;
}
