import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildJournal } from '../testing/journal-builder.js';
import { judge } from '../verdict/judge.js';
import { renderAzureCommands } from './azure.js';

const reported = (shape: Parameters<typeof buildJournal>[0]) => ({
  result: judge(buildJournal(shape)),
  folder: 'reports/postgres-lost/now',
});

test('azure - a summary for each run, and an issue for each path that is not met', () => {
  const absolute = (path: string) => `/agent/100%/${path}`;
  assert.deepEqual(renderAzureCommands([reported({})], absolute), [
    '##vso[task.uploadsummary]/agent/100%AZP25/reports/postgres-lost/now/report.md',
  ]);
  const slow = { outage: { fromMs: 500, toMs: 200_000 } };
  const [issue, summary] = renderAzureCommands([reported({ cases: [slow] })], absolute);
  assert.match(
    issue ?? '',
    /^##vso\[task\.logissue type=(error|warning)\]postgres-lost: restore-db (missed|inconclusive): /,
  );
  assert.match(summary ?? '', /^##vso\[task\.uploadsummary\]/);
});
