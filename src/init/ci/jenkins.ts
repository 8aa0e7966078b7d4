/** Jenkins: a declarative pipeline. */
import {
  heading,
  junitFiles,
  mergeCommand,
  reportsFolder,
  runCommand,
  shardNumbers,
  shards,
  shardsFolder,
} from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = 'Jenkinsfile.kong-drill';

export const jenkins: CiJob = {
  title: 'Jenkins',
  traces: ['Jenkinsfile'],
  files: (terms) => [{ path, content: pipeline(terms) }],
  remains: () => [`make a pipeline job whose script path is ${path}, on an agent with Docker and Node`],
};

const numbers = shardNumbers.map((number) => `'${number}'`).join(', ');

function pipeline(terms: CiTerms): string {
  const run = runCommand(terms, `$SHARD/${shards}`, `${shardsFolder}/$SHARD`);
  return `${heading.replaceAll(/^#/gm, '//')}
// The shards run on agents of their own; with fewer agents they wait for each other.
pipeline {
  agent { label 'docker' }
  triggers { cron('H 2 * * *') }
  options {
    disableConcurrentBuilds()
    timeout(time: 2, unit: 'HOURS')
  }
  environment {
    TAG = "\${env.TAG_NAME ? 'pre-release' : 'nightly'}"
  }
  stages {
    stage('Earlier reports') {
      steps {
        sh 'rm -rf ${shardsFolder}'
        stash name: 'earlier', includes: '${reportsFolder}/**', allowEmpty: true
      }
    }
    stage('Recovery drills') {
      matrix {
        agent { label 'docker' }
        axes {
          axis {
            name 'SHARD'
            values ${numbers}
          }
        }
        stages {
          stage('Shard') {
            steps {
              sh 'rm -rf ${reportsFolder} ${shardsFolder}'
              unstash 'earlier'
              sh '${terms.install}'
              sh script: '${run}', returnStatus: true
              stash name: "shard-\${SHARD}", includes: '${shardsFolder}/**', allowEmpty: true
            }
          }
        }
      }
    }
${verdictStage(terms)}`;
}

function verdictStage(terms: CiTerms): string {
  return `    stage('Verdict') {
      steps {
        script {
          for (shard in [${numbers}]) unstash "shard-\${shard}"
        }
        sh '${terms.install}'
        sh '${mergeCommand(terms)}'
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
