/** GitLab CI: a file of its own, included from `.gitlab-ci.yml`. */
import { heading, junitFiles, reportsFolder } from './job.js';
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
  remains: ({ has }) => [
    ...(has(main) ? [`add to ${main}:  include: [{ local: ${path} }]`] : []),
    'make a pipeline schedule for each night (CI/CD > Schedules)',
  ],
};

function job({ drills, install, program }: CiTerms): string {
  return `${heading}
# Needs a runner that may run Docker in Docker (privileged).
kong-drill:
  image: node:22
  services:
    - docker:27-dind
  variables:
    DOCKER_HOST: tcp://docker:2376
    DOCKER_TLS_VERIFY: '1'
    DOCKER_TLS_CERTDIR: /certs
    DOCKER_CERT_PATH: /certs/client
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule"
      variables:
        TAG: nightly
    - if: $CI_COMMIT_TAG
      variables:
        TAG: pre-release
  timeout: 1h
  resource_group: kong-drill
  cache:
    key: kong-drill
    paths: [${reportsFolder}]
    when: always
  before_script:
    - ${install}
  script:
    - ${program} run ${drills} --tag "$TAG" --engine containers --out ${reportsFolder}
  artifacts:
    when: always
    paths: [${reportsFolder}]
    reports:
      junit: ${junitFiles}
`;
}
