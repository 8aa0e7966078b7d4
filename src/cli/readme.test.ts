/** README is what a new user has: its table of commands is held to the commands, and its links to the files. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandNames, commands } from './commands.js';

const root = new URL('../../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');
const rows = new Map(
  readme.split('\n').flatMap((line) => {
    const [, name] = /^\| `kong-drill ([a-z-]+)/.exec(line) ?? [];
    return name === undefined ? [] : [[name, line] as const];
  }),
);

test('README - its table has every command, with the operands that it takes', async () => {
  assert.deepEqual([...rows.keys()].sort(), [...commandNames].sort());
  for (const name of [
    'run',
    'plan',
    'validate',
    'list',
    'merge',
    'report',
    'sign-off',
    'sabotage',
    'completion',
  ] as const) {
    const { operands } = (await commands[name].load()).command;
    const escaped = operands.replaceAll('|', '\\|');
    assert.ok(rows.get(name)?.includes(` ${escaped}\``), `${name} ${operands}`);
  }
});

test('README - the options in its table exist, and of run it has all', async () => {
  for (const name of commandNames) {
    const known = Object.keys((await commands[name].load()).command.options);
    const told = [...(rows.get(name) ?? '').matchAll(/`--([a-z-]+)/g)].map(([, option]) => option ?? '');
    for (const option of told) assert.ok(known.includes(option), `${name} --${option}`);
    if (name === 'run') assert.deepEqual(told.sort(), known.sort());
  }
});

test('README - what it and the documents link to is there', async () => {
  const names = await readdir(new URL('docs', root));
  const documents = [
    'README.md',
    ...names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ];
  for (const document of documents) {
    const place = new URL(document, root);
    const text = await readFile(place, 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      assert.ok(existsSync(fileURLToPath(new URL(target, place))), `${document} links to ${target}`);
    }
  }
});
