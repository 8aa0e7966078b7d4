import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { surveyFolder } from './survey.js';

const top = await mkdtemp(join(tmpdir(), 'kong-drill-survey-'));
after(() => rm(top, { recursive: true, force: true }));

async function project(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(top, name, path)), { recursive: true });
    await writeFile(join(top, name, path), content);
  }
  return join(top, name);
}

const deck = '_format_version: "3.0"\nservices: []\n';

test('survey - finds compose file, decK file and dump, wherever they lie', async () => {
  const folder = await project('all', {
    'deploy/docker-compose.prod.yml':
      'services: { kong: { image: "kong:3.9" }, db: { image: "postgres:15" } }',
    'config/kong.yaml': deck,
    'backups/kong.dump': 'PGDMP\x01\x0e',
    'package.json': '{}',
  });
  const { kong, postgresVersion, deck: found, dump } = await surveyFolder(folder);
  assert.deepEqual(
    [kong?.version, postgresVersion, found, dump],
    ['3.9', '15', 'config/kong.yaml', 'backups/kong.dump'],
  );
});

test('survey - several decK files of one folder are that folder; what else there is is named', async () => {
  const folder = await project('many', { 'a/1.yaml': deck, 'a/2.yaml': deck, 'b/kong.yaml': deck });
  const found = await surveyFolder(folder);
  assert.equal(found.deck, 'a');
  assert.match(found.notes.join('\n'), /^a: configuration for decK \(left aside: b\/kong\.yaml\)$/m);
});

test('survey - a file with the name of a decK file that is none is named, and not taken', async () => {
  const folder = await project('no-deck', { 'kong.yaml': 'kind: Service\n', 'k8s/values.yaml': 'a: b\n' });
  assert.deepEqual(await surveyFolder(folder), {
    notes: ['kong.yaml: no configuration for decK, it does not begin with _format_version'],
  });
});

test('survey - of several dumps the newest', async () => {
  const folder = await project('dumps', { 'old.dump': 'PGDMP', 'new.dump': 'PGDMP' });
  await utimes(join(folder, 'old.dump'), 1_000, 1_000);
  assert.equal((await surveyFolder(folder)).dump, 'new.dump');
});

test('survey - hidden folders, packages and earlier reports are not looked through', async () => {
  const folder = await project('hidden', {
    '.git/a.yaml': deck,
    'node_modules/k/b.yaml': deck,
    'reports/c.yaml': deck,
  });
  assert.deepEqual(await surveyFolder(folder), { notes: [] });
});

test('survey - a folder that is not there holds nothing', async () => {
  assert.deepEqual(await surveyFolder(join(top, 'nowhere')), { notes: [] });
});
