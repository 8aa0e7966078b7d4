#!/usr/bin/env node
// Writes drills/drill.schema.json from src/model/drill.ts; with --check, fails where the committed file is another.
// Run after `npm run build`.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { drillSchema } from '../dist/model/drill.js';

const file = fileURLToPath(new URL('../drills/drill.schema.json', import.meta.url));
const style = await resolveConfig(file);
const wanted = await format(JSON.stringify(drillSchema), { ...style, parser: 'json' });

if (process.argv.includes('--check')) {
  const found = await readFile(file, 'utf8').catch(() => '');
  if (found !== wanted) {
    console.error(
      'drills/drill.schema.json is not what src/model/drill.ts says\n  → node scripts/generate-schema.mjs',
    );
    process.exit(1);
  }
} else {
  await writeFile(file, wanted);
}
