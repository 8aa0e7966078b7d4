/** Azure Pipelines: a pipeline of its own. */
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

const path = 'azure-pipelines.kong-drill.yml';
const usualBranch = 'main';

export const azure: CiJob = {
  title: 'Azure Pipelines',
  traces: ['azure-pipelines.yml', '.azure-pipelines'],
  files: (terms) => [{ path, content: pipeline(terms) }],
  remains: ({ branch }) => [
    `make a pipeline from ${path} (Pipelines > New pipeline > Existing file)`,
    ...(branch === undefined
      ? [`see that ${usualBranch} is your branch: git told none, and \`schedules:\` in ${path} names it`]
      : []),
  ],
};

const top = '$(System.DefaultWorkingDirectory)';

function pipeline(terms: CiTerms): string {
  const out = `${shardsFolder}/$(System.JobPositionInPhase)`;
  return `${heading}
# To have the evidence signed, set the secret variable KONG_DRILL_SIGNING_KEY; where it is not set nothing is signed.
trigger:
  branches:
    exclude: ['*']
  tags:
    include: ['v*']
pr: none
schedules:
  - cron: '17 2 * * *'
    displayName: nightly recovery drills
    branches:
      include: [${JSON.stringify(terms.branch ?? usualBranch)}]
    always: true
variables:
  \${{ if startsWith(variables['Build.SourceBranch'], 'refs/tags/') }}:
    TAG: pre-release
  \${{ else }}:
    TAG: nightly
pool:
  vmImage: ubuntu-latest
jobs:
  - job: drills
    timeoutInMinutes: 60
    strategy:
      parallel: ${shards}
    steps:
${beginning(terms)}
      - script: ${runCommand(terms, '$(System.JobPositionInPhase)/$(System.TotalJobsInPhase)', out)}
        continueOnError: true
${signed}
      - task: PublishPipelineArtifact@1
        condition: always()
        continueOnError: true
        inputs:
          targetPath: ${top}/${out}
          artifact: shard-$(System.JobPositionInPhase)
${verdictJob(terms)}`;
}

/** Azure gives a secret to no script by itself. */
const signed = `        env:
          KONG_DRILL_SIGNING_KEY: $(KONG_DRILL_SIGNING_KEY)`;

const reportsArtifact = 'kong-drill-reports';
const earlierFolder = 'earlier';

/** The reports of the last run, also of a failed one; at first there is none. */
function beginning({ install }: CiTerms): string {
  return `      - checkout: self
        clean: true
      - task: NodeTool@0
        inputs:
          versionSpec: 22.x
      - task: DownloadPipelineArtifact@2
        continueOnError: true
        inputs:
          source: specific
          project: $(System.TeamProjectId)
          pipeline: $(System.DefinitionId)
          runVersion: latest
          allowPartiallySucceededBuilds: true
          allowFailedBuilds: true
          patterns: '${reportsArtifact}-*/**'
          path: ${top}/${earlierFolder}
      # Of a verdict that was run again there are several: the last counts. \`latest\` then leads to what this job runs alone.
      - script: |
          for one in $(ls -d ${earlierFolder}/* | sort -V); do rm -rf ${reportsFolder}; mv $one ${reportsFolder}; done
          ${forgetLatest}
      - script: ${install}`;
}

function verdictJob(terms: CiTerms): string {
  return `  - job: verdict
    dependsOn: drills
    condition: always()
    steps:
${beginning(terms)}
      - task: DownloadPipelineArtifact@2
        inputs:
          patterns: 'shard-*/**'
          path: ${top}/${shardsFolder}
      - script: ${mergeCommand(terms)}
${signed}
      - task: PublishTestResults@2
        condition: always()
        inputs:
          testResultsFormat: JUnit
          testResultsFiles: ${junitFiles}
          failTaskOnMissingResultsFile: true
      - task: PublishPipelineArtifact@1
        condition: always()
        inputs:
          targetPath: ${top}/${reportsFolder}
          artifact: ${reportsArtifact}-$(System.JobAttempt)
`;
}
