import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { collectDrills } from './collect.js';
import { findProject } from './project.js';

async function projectOf(context: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'project-'));
  context.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'drills', 'nightly'), { recursive: true });
  await writeFile(join(folder, 'kong-drill.yaml'), text);
  return folder;
}

test('project - is found from a folder of drills within it', async (context) => {
  const folder = await projectOf(context, 'people: { approver: Grace }\nprogramme: { every: 90d }\n');
  const found = findProject(join(folder, 'drills', 'nightly'));
  assert.deepEqual(found, {
    folder,
    project: { people: { approver: 'Grace' }, programme: { every: '90d' } },
  });
});

test('project - a mistake is shown with its line, and what was meant', async (context) => {
  const folder = await projectOf(context, 'people:\n  aprover: Grace\n');
  assert.throws(
    () => findProject(folder),
    /kong-drill\.yaml:2:3: people\.aprover: .*did you mean approver\?/,
  );
  await writeFile(join(folder, 'kong-drill.yaml'), 'people: [\n');
  assert.throws(() => findProject(folder), /kong-drill\.yaml:\d+:\d+: not valid YAML/);
});

test('project - its file is no drill', async (context) => {
  const folder = await projectOf(context, 'people: { approver: Grace }\n');
  await writeFile(join(folder, 'other.yaml'), 'name: x\n');
  assert.deepEqual(collectDrills([folder]).files, [join(folder, 'other.yaml')]);
});
