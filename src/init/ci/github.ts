/** GitHub Actions: a workflow of its own. */
import { heading, reportsFolder } from './job.js';
import type { CiJob, CiTerms } from './job.js';

const path = '.github/workflows/kong-drill.yml';

export const github: CiJob = {
  title: 'GitHub Actions',
  traces: ['.github'],
  files: (terms) => [{ path, content: workflow(terms) }],
  remains: () => [],
};

function workflow({ drills, install, program }: CiTerms): string {
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
jobs:
  drills:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    env:
      KONG_DRILL_SIGNING_KEY: \${{ secrets.KONG_DRILL_SIGNING_KEY }}
      TAG: \${{ github.event_name == 'push' && 'pre-release' || 'nightly' }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: actions/cache/restore@v4
        with:
          path: ${reportsFolder}
          key: kong-drill-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: kong-drill-
      - run: ${install}
      - run: ${program} run ${drills} --tag "$TAG" --engine containers --out ${reportsFolder}
      - uses: actions/cache/save@v4
        if: always()
        with:
          path: ${reportsFolder}
          key: kong-drill-\${{ github.run_id }}-\${{ github.run_attempt }}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: kong-drill-reports
          path: ${reportsFolder}
`;
}
