/** The scripts are not compiled: whatever they import from the compiled output is looked for here. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

const folder = resolve(import.meta.dirname, '../../scripts');

test('scripts - what each imports from the compiled output is there', async () => {
  const imports = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'))
    .flatMap((name) => importsOf(join(folder, name)));
  assert.ok(imports.length > 20, `${imports.length} imports`);
  for (const { script, module, names } of imports) {
    assert.ok(existsSync(module), `${script}: ${module}`);
    const exported = Object.keys((await import(pathToFileURL(module).href)) as object);
    for (const name of names) assert.ok(exported.includes(name), `${script}: ${name} of ${module}`);
  }
});

/** Those of names, from a module below dist. */
function importsOf(script: string) {
  const found = readFileSync(script, 'utf8').matchAll(
    /^import \{([^}]*)\} from '((?:\.\.\/)+dist\/[^']+)';$/gm,
  );
  return Array.from(found, ([, names = '', module = '']) => ({
    script,
    module: join(dirname(script), module),
    names: names
      .split(',')
      .map((name) => name.trim().replace(/ as .*/, ''))
      .filter((name) => name !== ''),
  }));
}
