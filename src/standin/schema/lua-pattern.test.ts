import assert from 'node:assert/strict';
import { test } from 'node:test';
import { luaPattern } from './lua-pattern.js';

const cases: [pattern: string, fits: string[], fitsNot: string[]][] = [
  ['^%u+$', ['GET'], ['get', 'GeT', '']],
  ['^%*%.', ['*.example.com'], ['a.example.com', '*example']],
  ['%.%*$', ['example.*'], ['example.*.com']],
  ['^[^*]*%*?[^*]*$', ['a.b', '*.a', 'a.*'], ['*.*']],
  ['^[a-z][a-z%d-]-[a-z%d]+$', ['my-env', 'e1'], ['1e', 'env-', 'E']],
  ['^[Hh][Oo][Ss][Tt]$', ['Host'], ['hosts']],
  ['^[^:]+:.*$', ['a:b', 'a:'], [':b', 'ab']],
  ['//', ['/a//b'], ['/a/b']],
];

for (const [pattern, fits, fitsNot] of cases) {
  test(`luaPattern - ${pattern}`, () => {
    for (const value of fits) assert.match(value, luaPattern(pattern));
    for (const value of fitsNot) assert.doesNotMatch(value, luaPattern(pattern));
  });
}
