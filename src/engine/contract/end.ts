/** What is left while a lab lives, and that nothing is left afterwards. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { http } from '../../system/http.js';
import { isUp } from './checks.js';
import { signal } from './opened.js';
import type { Requirements } from './opened.js';

export const end: Requirements = {
  'keeps logs of everything, without its password': async ({ logFolder, secrets }) => {
    const names = await readdir(logFolder);
    for (const name of ['postgres', 'kong-1', 'kong-2'])
      assert.ok(names.includes(`${name}.log`), `${name}.log among ${names.join(', ')}`);
    for (const name of names) {
      const log = await readFile(join(logFolder, name), 'utf8');
      for (const secret of secrets) assert.ok(!log.includes(secret), name);
    }
  },

  'leaves a run that lives alone when it cleans': async ({ instance, lab, runId }) => {
    const said = await instance.clean(signal());
    assert.deepEqual(
      said.filter((line) => line.includes(runId)),
      [],
    );
    for (const component of [lab.postgres, ...lab.kong]) await isUp(component);
  },

  'leaves nothing, also when it is disposed twice, frozen, or half open': async ({
    lab,
    runId,
    open,
    leftovers,
  }) => {
    const second = `${runId}-second`;
    const half = await open(second);
    await half.postgres.provision({ address: 'same' }, signal());
    await half[Symbol.asyncDispose]();
    assert.deepEqual(await leftovers(second), []);
    await lab.postgres.freeze(signal());
    await Promise.all([lab[Symbol.asyncDispose](), lab[Symbol.asyncDispose]()]);
    await lab[Symbol.asyncDispose]();
    assert.deepEqual(await leftovers(runId), []);
    await assert.rejects(http({ url: `${lab.kong[0]?.adminUrl ?? ''}/`, limitMs: 2_000 }));
  },
};
