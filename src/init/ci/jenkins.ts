/** Jenkins: a declarative pipeline. */
import { heading, junitFiles, reportsFolder } from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = 'Jenkinsfile.kong-drill';

export const jenkins: CiJob = {
  title: 'Jenkins',
  traces: ['Jenkinsfile'],
  files: (terms) => [{ path, content: pipeline(terms) }],
  remains: () => [`make a pipeline job whose script path is ${path}, on an agent with Docker and Node`],
};

function pipeline({ drills, install, program }: CiTerms): string {
  return `${heading.replaceAll(/^#/gm, '//')}
pipeline {
  agent { label 'docker' }
  triggers { cron('H 2 * * *') }
  options {
    disableConcurrentBuilds()
    timeout(time: 1, unit: 'HOURS')
  }
  environment {
    TAG = "\${env.TAG_NAME ? 'pre-release' : 'nightly'}"
  }
  stages {
    stage('Recovery drills') {
      steps {
        sh '${install}'
        sh '${program} run ${drills} --tag "$TAG" --engine containers --out ${reportsFolder}'
      }
    }
  }
  post {
    always {
      junit testResults: '${junitFiles}', allowEmptyResults: false
      archiveArtifacts artifacts: '${reportsFolder}/**', allowEmptyArchive: true
    }
  }
}
`;
}
