/** The committed examples are what this version draws, byte for byte; `npm run examples` draws them anew. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { checkJournal } from '../journal/check-journal.js';
import { readJournal } from '../journal/read-journal.js';
import { junitFaults, withoutJunitSchema } from '../testing/junit-schema.js';
import { drawExample, exampleFolders, journalIn } from '../testing/examples.js';

for (const folder of await exampleFolders()) {
  const name = basename(folder);

  test(`examples - ${name}: each report is drawn from what lies beside it, byte for byte`, async () => {
    const drawn = await drawExample(folder);
    const others = existsSync(journalIn(folder)) ? ['journal.ndjson'] : [];
    assert.deepEqual((await readdir(folder)).sort(), [...drawn.keys(), ...others].sort());
    for (const [file, text] of drawn)
      assert.ok((await readFile(join(folder, file), 'utf8')) === text, `${file}: npm run examples`);
  });

  test(`examples - ${name}: holds to the schemas of today`, async () => {
    if (existsSync(journalIn(folder)))
      assert.deepEqual(await checkJournal(readJournal(journalIn(folder))), []);
    for (const [file, text] of await drawExample(folder))
      if (file.endsWith('.xml') && withoutJunitSchema === false)
        assert.deepEqual(await junitFaults(text), []);
  });
}
