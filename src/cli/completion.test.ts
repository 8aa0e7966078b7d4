/** Completion, as a shell does it: the script is read by a real one, and the Tab key is played by setting what bash sets. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import { inProcess } from './testing/in-process.js';
import { commandNames } from './commands.js';
import type { Shell } from './completion.js';

const scripts: Record<Shell, string> = { bash: '', zsh: '' };

before(async () => {
  for (const shell of ['bash', 'zsh'] as const)
    scripts[shell] = (await inProcess(['completion', shell], {})).out;
});

/** What is offered at the end of a line. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const tab = `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _kong_drill; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', `${scripts.bash}\n${tab}`], {
    encoding: 'utf8',
  });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.trim().split(/\s+/).filter(Boolean);
}

test('completion - every command, and those that begin as what is typed', () => {
  assert.deepEqual(offered('kong-drill ').toSorted(), [...commandNames, '--help', '--version'].toSorted());
  assert.deepEqual(offered('kong-drill sn'), ['snapshot']);
});

test('completion - the options of the command, and the words that an option takes', () => {
  assert.deepEqual(offered('kong-drill run --ti'), ['--time-limit']);
  assert.deepEqual(offered('kong-drill clean --ti'), []);
  assert.deepEqual(offered('kong-drill run --engine '), ['auto', 'containers', 'processes']);
  assert.deepEqual(offered('kong-drill init --ci g'), ['github', 'gitlab']);
});

test('completion - files where no word is known', () => {
  assert.deepEqual(offered('kong-drill run dri'), []);
  assert.match(scripts.bash, /^complete -o default -F _kong_drill kong-drill$/m);
});

test('completion - zsh takes the script, and knows the command afterwards', (context) => {
  const zsh = (script: string) => spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
  if (zsh('true').error) {
    context.skip('no zsh on this machine');
    return;
  }
  const { stdout, stderr } = zsh(`${scripts.zsh}\necho "\${_comps[kong-drill]}"`);
  assert.equal(stderr, '');
  assert.match(stdout, /_kong_drill/);
});

test('completion - another shell is refused with those that there are', async () => {
  await assert.rejects(inProcess(['completion', 'fish'], {}), /expected bash or zsh, got "fish"/);
});
