import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrillError } from '../../model/drill-error.js';
import { topologyWith } from '../../testing/topology.js';
import { chooseImage, newestOf } from './image-names.js';
import type { NamingOptions } from './image-names.js';

const none: NamingOptions = { environment: {} };

test('images - the official ones, by edition and version', () => {
  assert.equal(chooseImage('kong', topologyWith(), none).image, 'kong:3.9');
  assert.equal(
    chooseImage('kong', topologyWith({ edition: 'enterprise' }), none).image,
    'kong/kong-gateway:3.9',
  );
  assert.equal(chooseImage('postgres', topologyWith(), none, '16').image, 'postgres:16');
  assert.equal(chooseImage('lab', topologyWith(), none).image, 'node:20-slim');
});

test('images - a registry stands in front of official ones only', () => {
  const options = { ...none, registry: 'mirror.example/hub/' };
  assert.equal(chooseImage('deck', topologyWith(), options).image.split('/kong/')[0], 'mirror.example/hub');
  const named = { ...options, images: { deck: 'own/deck:1' } };
  assert.equal(chooseImage('deck', topologyWith(), named).image, 'own/deck:1');
  const environment = { KONG_DRILL_REGISTRY: 'mirror.example' };
  assert.equal(chooseImage('kong', topologyWith(), { environment }).image, 'mirror.example/kong:3.9');
});

test('images - command line before environment before drill', () => {
  const environment = { KONG_DRILL_IMAGE_KONG: 'from/environment:1' };
  const drill = topologyWith({ image: 'from/drill:1' });
  const images = { kong: 'from/line:1' };
  assert.deepEqual(chooseImage('kong', drill, { environment, images }).from, 'command line');
  assert.equal(chooseImage('kong', drill, { environment }).image, 'from/environment:1');
  assert.equal(chooseImage('kong', drill, none).image, 'from/drill:1');
});

test('images - another version than the named one, by tag, by name, or not at all', () => {
  const tagged = { ...none, images: { kong: 'own/kong:3.9' } };
  const newer = chooseImage('kong', topologyWith(), tagged, '3.10');
  assert.deepEqual([newer.image, newer.version], ['own/kong:3.10', '3.10']);
  assert.equal(chooseImage('kong', topologyWith(), tagged, '3.9').version, undefined);
  const exact = { ...none, images: { kong: 'own/kong:x', 'kong@3.10': 'own/newer:y' } };
  assert.equal(chooseImage('kong', topologyWith(), exact, '3.10').image, 'own/newer:y');
  const environment = { KONG_DRILL_IMAGE_KONG_3_10: 'own/newest:z' };
  const set = chooseImage('kong', topologyWith(), { environment }, '3.10');
  assert.deepEqual([set.image, set.from], ['own/newest:z', 'environment']);
  const opaque = { ...none, images: { kong: 'own/kong:x' } };
  assert.throws(
    () => chooseImage('kong', topologyWith(), opaque, '3.10'),
    isUsage(/kong 3\.10.*own\/kong:x/),
  );
});

test('images - a role that does not exist is refused by name', () => {
  const options = { ...none, images: { kongg: 'x' } };
  assert.throws(() => chooseImage('kong', topologyWith(), options), isUsage(/kongg/));
});

test('versions - the newest by number, not by letter', () => {
  assert.equal(newestOf(['9', '15', '10']), '15');
  assert.equal(newestOf(['3.9', '3.10', '3.9.3']), '3.10');
});

function isUsage(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof DrillError && error.code === 'usage' && message.test(error.message);
}
