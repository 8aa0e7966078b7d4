import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess } from '../testing/in-process.js';

test('explain - a field by its path: what it means, takes, and defaults to', async () => {
  const { code, out } = await inProcess(['explain', 'recovery.database-restore.kong'], {});
  assert.equal(code, 0);
  assert.match(out, /^ {2}takes {4}restart, keep, reload, clear-cache or new$/m);
  assert.match(out, /^ {2}default {2}kong: restart$/m);
});

test('explain - a field by the end of its path, and by a kind', async () => {
  assert.match(
    (await inProcess(['explain', 'rto'], {})).out,
    /^objectives\.rto\n.*\n.*\n\nobjectives\.rto\.traffic/,
  );
  assert.match(
    (await inProcess(['explain', 'fill-disk'], {})).out,
    /^failure\.fill-disk\n {2}The disk of Postgres is full/,
  );
});

test('explain - where several fields end so, all are listed, and one is suggested', async () => {
  const { out } = await inProcess(['explain', 'from'], {});
  for (const stage of ['database-restore', 'deck-sync', 'ci-replay']) {
    assert.match(out, new RegExp(`^recovery\\.${stage}\\.from `, 'm'));
  }
  assert.match(out, /kong-drill explain recovery\.database-restore\.from\n$/);
});

test('explain - without a field, what a drill is made of', async () => {
  const { out } = await inProcess(['explain'], {});
  for (const key of ['name', 'state', 'failure', 'recovery', 'objectives'])
    assert.match(out, new RegExp(`^${key} `, 'm'));
});

test('explain - an unknown field: a guess, and what to type', async () => {
  await assert.rejects(inProcess(['explain', 'objectivs.rto'], {}), {
    code: 'usage',
    message: 'drill files have no field "objectivs.rto"; did you mean objectives.rto?',
    hint: 'kong-drill explain objectives.rto',
  });
});
