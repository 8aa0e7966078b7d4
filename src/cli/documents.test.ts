/** Every command in README and docs is one that this program takes; those that touch nothing of anybody's are run, in order. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readArguments } from './arguments.js';
import { commandNames, commands, isCommand } from './commands.js';
import { documents, linesOf, ofOurs, wordsOf } from './testing/document-lines.js';

const root = new URL('../../', import.meta.url);
const program = fileURLToPath(new URL('./main.js', import.meta.url));
/** Programs that the documents call besides this one. */
const others = ['openssl', 'sha256sum', 'node', 'docker'];

async function expectTaken(words: readonly string[], where: string): Promise<void> {
  const [name = '', ...rest] = words;
  assert.ok(isCommand(name), `${where}: ${words.join(' ')}`);
  const { command } = await commands[name].load();
  await assert.doesNotReject(readArguments(name, command, rest), `${where}: ${words.join(' ')}`);
}

const all = (await Promise.all(documents.map(linesOf))).flat();

test('documents - every command of ours in them is taken by the parser, and every script is there', async () => {
  const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const ours = all.flatMap((line) => ofOurs(line.words) ?? []);
  assert.ok(ours.length > 20, 'commands are found');
  for (const { document, words } of all) {
    const called = ofOurs(words);
    const where = `${document}: ${words.join(' ')}`;
    if (called) await expectTaken(called, document);
    else if (words[0] === 'npm') assert.ok(isKnownToNpm(words, scripts), where);
    else assert.ok(others.includes(words[0] ?? ''), where);
  }
});

function isKnownToNpm(
  [, verb = '', name = '']: readonly string[],
  scripts: Readonly<Record<string, string>>,
): boolean {
  return verb === 'run' ? scripts[name] !== undefined : ['ci', 'install', 'test'].includes(verb);
}

test('help - every example is taken by the parser', async () => {
  for (const name of commandNames) {
    const { examples } = (await commands[name].load()).command;
    assert.ok(examples.length > 0, name);
    for (const example of examples) {
      const words = wordsOf(example);
      assert.equal(words[0], name, example);
      await expectTaken(words, `${name} --help`);
    }
  }
});

/** They start nothing that stays, and reach nobody. */
const harmless = ['doctor', 'init', 'explain', 'validate', 'plan'];

test('quick start - what can be run without a lab works as written, in its order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kong-drill-quick-start-'));
  const env = { ...process.env, NO_COLOR: '1', DOCKER_HOST: 'unix:///nowhere' };
  try {
    const lines = (await linesOf('docs/quick-start.md')).flatMap(({ words }) => {
      const called = ofOurs(words);
      return called && harmless.includes(called[0] ?? '') && !called.includes('--admin-url') ? [called] : [];
    });
    assert.ok(lines.length >= 7);
    for (const words of lines) {
      const ended = spawnSync(process.execPath, [program, ...words], { cwd: folder, env, encoding: 'utf8' });
      assert.equal(ended.status, 0, `${words.join(' ')}\n${ended.stdout}\n${ended.stderr}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
