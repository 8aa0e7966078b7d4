/** Where GitHub Actions or Azure Pipelines runs the drills, it shows their verdicts by itself. */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../model/drill-error.js';
import { renderAzureCommands } from '../report/azure.js';
import { githubSummaryLimitBytes, renderGithubAnnotations, renderGithubSummary } from '../report/github.js';
import type { Reported } from '../report/github.js';
import type { Environment } from '../system/environment.js';
import { sizeOf } from '../system/files.js';

/** A summary that cannot be written is told and changes no verdict: the reports themselves are in the run's folder. */
export async function tellCi(
  runs: readonly Reported[],
  environment: Environment,
  tell: (text: string) => void,
): Promise<void> {
  if (runs.length === 0) return;
  if (environment.GITHUB_ACTIONS === 'true') await tellGithub(runs, environment, tell);
  if (environment.TF_BUILD === 'True')
    for (const line of renderAzureCommands(runs, (path) => resolve(path))) tell(`${line}\n`);
}

async function tellGithub(
  runs: readonly Reported[],
  { GITHUB_STEP_SUMMARY }: Environment,
  tell: (text: string) => void,
): Promise<void> {
  for (const line of renderGithubAnnotations(runs)) tell(`${line}\n`);
  if (GITHUB_STEP_SUMMARY === undefined || GITHUB_STEP_SUMMARY === '') return;
  try {
    const leftBytes = githubSummaryLimitBytes - (await sizeOf(GITHUB_STEP_SUMMARY));
    await appendFile(GITHUB_STEP_SUMMARY, renderGithubSummary(runs, leftBytes));
  } catch (error) {
    tell(`the summary of this step cannot be written: ${messageOf(error)}\n`);
  }
}
