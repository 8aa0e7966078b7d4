/** Jenkins: a declarative pipeline. */
import {
  forgetLatest,
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
  remains: () => [
    `make a pipeline job whose script path is ${path}, on an agent with Docker and Node`,
    'install the Copy Artifact plugin: without it each build starts without the earlier reports',
  ],
};

const numbers = shardNumbers.map((number) => `'${number}'`).join(', ');
const agent = `agent { label 'docker' }`;
/** Jenkins follows `latest`, and would keep what it leads to twice. */
const withoutLatest = `excludes: '${reportsFolder}/*/latest/**'`;

function pipeline(terms: CiTerms): string {
  const run = runCommand(terms, `$SHARD/${shards}`, `${shardsFolder}/$SHARD`);
  return `${heading.replaceAll(/^#/gm, '//')}
// Each stage takes an agent of its own, and none holds one while it waits: one agent is enough, two take half the time.
// The earlier reports are copied from the artifacts of the last build of this job (Copy Artifact plugin); in a multibranch
// project each branch and each tag is a job, and has a history of its own.
pipeline {
  agent none
  triggers { cron('H 2 * * *') }
  options {
    disableConcurrentBuilds()
    timeout(time: 3, unit: 'HOURS')
  }
  environment {
    TAG = "\${env.TAG_NAME ? 'pre-release' : 'nightly'}"
    // Signs the evidence: a credential of the kind "Secret text" that holds the key; without the slashes the build needs it.
    // KONG_DRILL_SIGNING_KEY = credentials('kong-drill-signing-key')
  }
  stages {
    stage('Earlier reports') {
      ${agent}
      steps {
        sh 'rm -rf ${reportsFolder}'
        catchError(message: 'no earlier reports', buildResult: 'SUCCESS', stageResult: 'UNSTABLE', catchInterruptions: false) {
          script {
            copyArtifacts projectName: env.JOB_NAME, selector: lastCompleted(), filter: '${reportsFolder}/**', optional: true
          }
        }
        stash name: 'earlier', includes: '${reportsFolder}/**', ${withoutLatest}, allowEmpty: true
        // At once: a build that is cut off hands them on, too.
        archiveArtifacts artifacts: '${reportsFolder}/**', ${withoutLatest}, allowEmptyArchive: true
      }
    }
    stage('Recovery drills') {
      matrix {
        ${agent}
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
              // What went wrong here is told by the verdict, which also names a shard that is missing.
              catchError(buildResult: 'SUCCESS', stageResult: 'UNSTABLE', catchInterruptions: false) {
                sh '${terms.install}'
                sh '${run}'
              }
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
      ${agent}
      steps {
        sh 'rm -rf ${reportsFolder} ${shardsFolder}'
        unstash 'earlier'
        // \`latest\` then leads to what this build ran, and to nothing else.
        sh '${forgetLatest}'
        script {
          for (shard in [${numbers}]) unstash "shard-\${shard}"
        }
        sh '${terms.install}'
        sh '${mergeCommand(terms)}'
      }
      post {
        always {
          junit testResults: '${junitFiles}', allowEmptyResults: false
          archiveArtifacts artifacts: '${reportsFolder}/**', ${withoutLatest}, allowEmptyArchive: true
        }
      }
    }
  }
}
`;
}
