import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../model/drill-error.js';
import { dockerFinding, examine, nodeFinding } from './doctor.js';

test('doctor - versions of Node that work', () => {
  const good = ['20.20.2', '22.12.0', '24.1.0'].map((version) => nodeFinding(version).isGood);
  const bad = ['18.20.0', '20.19.0', '21.7.0', '22.11.0'].map((version) => nodeFinding(version).isGood);
  assert.deepEqual(good, [true, true, true]);
  assert.deepEqual(bad, [false, false, false, false]);
});

test('doctor - Docker that is too old, and Docker that does not answer', () => {
  const endpoint = { host: 'unix:///var/run/docker.sock' };
  const answer = (apiVersion: string) =>
    dockerFinding({ answers: true, version: '20', apiVersion, endpoint });
  assert.ok(answer('1.41').isGood);
  assert.ok(answer('1.100').isGood);
  assert.equal(answer('1.9').isGood, false);
  const error = new DrillError('engine', 'no Docker engine there', 'start it');
  const { found, remedy, isGood } = dockerFinding({ answers: false, error, isAbsent: true });
  assert.deepEqual({ found, remedy, isGood }, { found: error.message, remedy: error.hint, isGood: false });
});

test('doctor - an engine that was named is told with its address and who named it', () => {
  const named = { by: 'the Docker context "colima"', correction: 'choose another' };
  const endpoint = { host: 'unix:///c.sock', named };
  assert.equal(
    dockerFinding({ answers: true, version: '27.1', apiVersion: '1.46', endpoint }).found,
    '27.1, API 1.46, at unix:///c.sock (the Docker context "colima")',
  );
});

const nowhere = { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: 'unix:///nowhere' };

test('doctor - a wrong KONG_DRILL_DECK is named, costs decK alone, and hides no other row', async () => {
  for (const [named, why] of [
    ['/nope', /^KONG_DRILL_DECK: expected a decK program, got "\/nope": no such file$/],
    ['/etc/passwd', /got "\/etc\/passwd": it is no program that this user may run/],
    ['/bin/true', /got "\/bin\/true": "" as its version/],
  ] as const) {
    const { findings, engines } = await examine({ ...nowhere, KONG_DRILL_DECK: named });
    assert.deepEqual(engines, ['processes']);
    const deck = findings.find(({ what }) => what === 'deck');
    assert.match(deck?.found ?? '', why);
    assert.equal(deck?.remedy, 'correct or unset it');
    for (const row of ['Postgres', 'pg_dump', 'kong'])
      assert.ok(
        findings.some(({ what }) => what === row),
        row,
      );
  }
});

test('doctor - a wrong KONG_DRILL_KONG is named, and the rest is told all the same', async () => {
  const { findings, engines } = await examine({ ...nowhere, KONG_DRILL_KONG: '/nope' });
  assert.deepEqual(engines, []);
  const kong = findings.find(({ what }) => what === 'kong');
  assert.match(kong?.found ?? '', /^KONG_DRILL_KONG: expected a Kong program, got "\/nope": no such file$/);
  for (const row of ['Postgres', 'deck'])
    assert.ok(
      findings.some(({ what }) => what === row),
      row,
    );
});
