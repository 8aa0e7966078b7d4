/** Azure Pipelines: a pipeline of its own. */
import { heading, junitFiles, reportsFolder } from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = 'azure-pipelines.kong-drill.yml';

export const azure: CiJob = {
  title: 'Azure Pipelines',
  traces: ['azure-pipelines.yml', '.azure-pipelines'],
  files: (terms) => [{ path, content: pipeline(terms) }],
  remains: () => [`make a pipeline from ${path} (Pipelines > New pipeline > Existing file)`],
};

function pipeline({ drills, install, program }: CiTerms): string {
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
jobs:
  - job: drills
    timeoutInMinutes: 60
    pool:
      vmImage: ubuntu-latest
    steps:
      - task: NodeTool@0
        inputs:
          versionSpec: 22.x
      - task: Cache@2
        inputs:
          key: 'kong-drill | "$(Build.BuildId)"'
          restoreKeys: kong-drill
          path: ${reportsFolder}
      - script: ${install}
      - script: ${program} run ${drills} --tag "$(TAG)" --engine containers --out ${reportsFolder}
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
          artifact: kong-drill-reports
`;
}
