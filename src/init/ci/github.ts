/** GitHub Actions: a workflow of its own. */
import {
  forgetLatest,
  heading,
  mergeCommand,
  reportsFolder,
  runCommand,
  shardNumbers,
  shardsFolder,
} from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = '.github/workflows/kong-drill.yml';

export const github: CiJob = {
  title: 'GitHub Actions',
  traces: ['.github'],
  files: (terms) => [{ path, content: workflow(terms) }],
  remains: () => [],
};

function workflow(terms: CiTerms): string {
  const shard = '${{ matrix.shard }}';
  const out = `${shardsFolder}/${shard}`;
  return `${heading}
# kong-drill writes the verdicts into the summary of the job by itself; JUnit and reports are in the artifact.
name: recovery drills
on:
  schedule:
    - cron: '17 2 * * *'
  push:
    tags: ['v*']
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: kong-drill
env:
  KONG_DRILL_SIGNING_KEY: \${{ secrets.KONG_DRILL_SIGNING_KEY }}
  TAG: \${{ github.event_name == 'push' && 'pre-release' || 'nightly' }}
jobs:
  drills:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    strategy:
      fail-fast: false
      matrix:
        # More machines: more numbers.
        shard: [${shardNumbers.join(', ')}]
    steps:
${beginning(terms)}
      - run: ${runCommand(terms, `${shard}/\${{ strategy.job-total }}`, out)}
        continue-on-error: true
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: shard-${shard}
          path: ${out}
          if-no-files-found: ignore
          overwrite: true
${verdictJob(terms)}`;
}

const cacheKey = 'kong-drill-${{ github.run_id }}-${{ github.run_attempt }}';

/** The same on each machine: so each finds the same split from the same earlier reports. */
function beginning({ install }: CiTerms): string {
  return `      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: actions/cache/restore@v4
        with:
          path: ${reportsFolder}
          key: ${cacheKey}
          restore-keys: kong-drill-
      # \`latest\` then leads to what this job ran, and to nothing else.
      - run: ${forgetLatest}
      - run: ${install}`;
}

/** The cache is saved also after a missed objective: the trend is made of those, too. */
function verdictJob(terms: CiTerms): string {
  return `  verdict:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    needs: drills
    if: always()
    steps:
${beginning(terms)}
      - uses: actions/download-artifact@v4
        with:
          pattern: shard-*
          path: ${shardsFolder}
      - run: ${mergeCommand(terms)}
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: ${reportsFolder}
          key: ${cacheKey}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: kong-drill-reports
          path: ${reportsFolder}
          overwrite: true
`;
}
