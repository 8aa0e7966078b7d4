import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingPlugin } from './missing-plugin.js';

test('missing plugin - named in what the Admin API says, and decK repeats', () => {
  const said =
    "HTTP status 400 (message: \"schema violation (name: plugin 'stamp' not enabled; add it to the 'plugins' configuration property)\")";
  const error = missingPlugin(said);
  assert.match(error?.message ?? '', /needs the plugin stamp, which this Kong does not have/);
  assert.match(error?.hint ?? '', /topology\.kong\.plugins/);
});

test('missing plugin - named in what a Kong says that does not start on a dump', () => {
  assert.match(
    missingPlugin('[error] init_by_lua error: stamp plugin is in use but not enabled')?.message ?? '',
    /plugin stamp,/,
  );
});

test('missing plugin - other complaints are none', () => {
  assert.equal(missingPlugin('schema violation (config.minute: expected a number)'), undefined);
});
