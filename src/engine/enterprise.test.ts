import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Topology } from '../model/plan.js';
import { topologyOf } from './contract/opened.js';
import {
  adminHeaders,
  enterpriseNotes,
  enterpriseSecrets,
  enterpriseVariables,
  isEnterprise,
  refuseMissingToken,
  tokenVariable,
} from './enterprise.js';

const { kong: oss } = topologyOf({ engine: () => assert.fail(), leftovers: () => Promise.resolve([]) });
const enterprise: Topology['kong'] = { ...oss, edition: 'enterprise', adminTokenEnvironment: 'ADMIN' };
const environment = { KONG_LICENSE_DATA: 'licence', ADMIN: 'token' };

test('enterprise - the licence and the token reach Kong, and nobody else', () => {
  assert.deepEqual(enterpriseVariables(enterprise, environment, false), {
    KONG_LICENSE_DATA: 'licence',
    KONG_PASSWORD: 'token',
  });
  assert.deepEqual(enterpriseVariables(oss, environment, false), {});
  assert.deepEqual(enterpriseSecrets(enterprise, environment), ['licence', 'token']);
  assert.deepEqual(enterpriseSecrets(oss, environment), []);
});

test('enterprise - the token goes with requests, and to commands under its own name', () => {
  assert.deepEqual(adminHeaders(enterprise, environment), { 'Kong-Admin-Token': 'token' });
  assert.deepEqual(tokenVariable(enterprise, environment), { ADMIN: 'token' });
  assert.deepEqual([adminHeaders(oss, environment), tokenVariable(oss, environment)], [{}, {}]);
});

test('enterprise - a token that is named and not there is refused', () => {
  assert.throws(() => refuseMissingToken(enterprise, {}), /environment variable ADMIN, got nothing/);
  refuseMissingToken(enterprise, environment);
  refuseMissingToken(oss, {});
});

test('enterprise - the stand-in is told to play it; notes say what is not verified', () => {
  assert.equal(enterpriseVariables(enterprise, {}, true).KONG_STANDIN_EDITION, 'enterprise');
  const notes = enterpriseNotes(enterprise, {}).join('\n');
  assert.match(notes, /not verified on a licensed image/);
  assert.match(notes, /KONG_LICENSE_DATA is not set/);
  assert.deepEqual(enterpriseNotes(oss, {}), []);
});

test('enterprise - is known by the four numbers of its version', () => {
  assert.deepEqual([isEnterprise('3.9.0.1'), isEnterprise('3.9.3')], [true, false]);
});
