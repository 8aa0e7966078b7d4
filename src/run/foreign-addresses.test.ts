import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { loadDrill } from '../drillfile/load.js';
import type { Drill } from '../model/drill.js';
import { planDrill } from '../plan/plan.js';
import { refuseForeignAddresses } from './foreign-addresses.js';

const folder = await mkdtemp(join(tmpdir(), 'kong-drill-addresses-'));
after(() => rm(folder, { recursive: true }));

test('foreign addresses - one in a state file is refused, with its place', async () => {
  await writeFile(join(folder, 'kong.yaml'), 'services:\n- name: a\n  host: 203.0.113.7\n');
  await assert.rejects(
    refuseForeignAddresses(planOf({ deck: 'kong.yaml' })),
    /kong\.yaml:3:9: 203\.0\.113\.7/,
  );
});

test('foreign addresses - names and this machine’s own addresses are no danger', async () => {
  await writeFile(join(folder, 'own.yaml'), 'services:\n- host: orders.internal\n- host: 127.0.0.1\n');
  await refuseForeignAddresses(planOf({ deck: 'own.yaml' }));
});

test('foreign addresses - the shop names none', async () => {
  const file = resolve(import.meta.dirname, '../../drills/postgres-lost.yaml');
  const loaded = loadDrill(file);
  assert.ok(loaded.ok);
  await refuseForeignAddresses(planDrill(loaded.drill, { folder: loaded.folder }));
});

function planOf(state: Drill['state']) {
  const drill: Drill = {
    name: 'x',
    state,
    failure: [{ kind: 'kill', target: 'kong' }],
    recovery: { again: [{ stage: 'reattach' }] },
  };
  return planDrill(drill, { folder });
}
