#!/usr/bin/env node
// Writes the JSON Schemas that are shipped, and the reference of the drill language, each from the shape in src/model;
// with --check, fails where a committed file is another.
// Run after `npm run build`.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { comparisonSchema } from '../dist/model/comparison.js';
import { drillSchema } from '../dist/model/drill.js';
import { journalEventSchema } from '../dist/model/journal.js';
import { projectSchema } from '../dist/model/project.js';
import { runResultSchema } from '../dist/model/verdict.js';
import { drillLanguage } from './drill-language.mjs';

const $schema = 'https://json-schema.org/draft/2020-12/schema';
const schemas = {
  'drill.schema.json': drillSchema,
  'project.schema.json': projectSchema,
  'comparison.schema.json': comparisonSchema,
  'result.schema.json': runResultSchema,
  'journal.schema.json': {
    $schema,
    title: 'kong-drill journal: one line of journal.ndjson',
    ...journalEventSchema,
  },
};

const files = {
  ...Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`drills/${name}`, JSON.stringify(schema)]),
  ),
  'docs/drill-language.md': drillLanguage(),
};

for (const [name, content] of Object.entries(files)) {
  const file = fileURLToPath(new URL(`../${name}`, import.meta.url));
  const wanted = await format(content, { ...(await resolveConfig(file)), filepath: file });
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    console.error(`${name} is not what src/model says\n  → node scripts/generate-schema.mjs`);
    process.exitCode = 1;
  }
}
