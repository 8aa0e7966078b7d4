/** Azure Pipelines: a pipeline of its own. */
import { heading, junitFiles, mergeCommand, reportsFolder, runCommand, shards, shardsFolder } from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = 'azure-pipelines.kong-drill.yml';

export const azure: CiJob = {
  title: 'Azure Pipelines',
  traces: ['azure-pipelines.yml', '.azure-pipelines'],
  files: (terms) => [{ path, content: pipeline(terms) }],
  remains: () => [`make a pipeline from ${path} (Pipelines > New pipeline > Existing file)`],
};

function pipeline(terms: CiTerms): string {
  const out = `${shardsFolder}/$(System.JobPositionInPhase)`;
  return `${heading}
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
      include: [main]
    always: true
variables:
  \${{ if eq(variables['Build.Reason'], 'Schedule') }}:
    TAG: nightly
  \${{ else }}:
    TAG: pre-release
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
      - task: PublishPipelineArtifact@1
        condition: always()
        continueOnError: true
        inputs:
          targetPath: ${out}
          artifact: shard-$(System.JobPositionInPhase)
${verdictJob(terms)}`;
}

const reportsArtifact = 'kong-drill-reports';

/** The reports of the last run, also of a failed one; at first there is none. */
function beginning({ install }: CiTerms): string {
  return `      - task: NodeTool@0
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
          artifact: ${reportsArtifact}
          path: ${reportsFolder}
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
          path: ${shardsFolder}
      - script: ${mergeCommand(terms)}
      - task: PublishTestResults@2
        condition: always()
        inputs:
          testResultsFormat: JUnit
          testResultsFiles: ${junitFiles}
          failTaskOnMissingResultsFile: true
      - task: PublishPipelineArtifact@1
        condition: always()
        inputs:
          targetPath: ${reportsFolder}
          artifact: ${reportsArtifact}
`;
}
