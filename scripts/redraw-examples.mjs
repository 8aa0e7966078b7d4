/** Draws the reports of `reports/examples` anew from what lies beside them: after a report was changed on purpose. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawExample, exampleFolders } from '../dist/testing/examples.js';
import { situationsDocument } from '../dist/testing/situations/document.js';

for (const folder of await exampleFolders())
  for (const [name, text] of await drawExample(folder)) await writeFile(join(folder, name), text);

await writeFile('reports/examples/situations.md', situationsDocument());
