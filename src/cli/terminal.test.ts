import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asCalled } from './called-as.js';
import { openTerminal, plain, styled } from './terminal.js';

function printed(isTTY: boolean, environment: Record<string, string>, text = 'x'): string {
  let all = '';
  const terminal = openTerminal({ isTTY, write: (part: string) => (all += part) }, environment);
  terminal.line(styled('red', text));
  return all;
}

test('terminal - colours on a terminal only, and as the environment says', () => {
  const red = '\u001b[31mx\u001b[39m\n';
  assert.equal(printed(true, {}), red);
  assert.equal(printed(false, {}), 'x\n');
  assert.equal(printed(true, { NO_COLOR: '1' }), 'x\n');
  assert.equal(printed(true, { NO_COLOR: '' }), red);
  assert.equal(printed(true, { TERM: 'dumb' }), 'x\n');
  assert.equal(printed(false, { FORCE_COLOR: '1', NO_COLOR: '1' }), red);
  assert.equal(printed(true, { FORCE_COLOR: '0' }), 'x\n');
});

test('terminal - a footer stays below what is printed, and is there on a terminal only', () => {
  let all = '';
  const output = { isTTY: true, write: (part: string) => (all += part) };
  const terminal = openTerminal(output, { NO_COLOR: '1' });
  const printedBy = (act: () => void) => {
    all = '';
    act();
    return all;
  };
  assert.equal(
    printedBy(() => terminal.footer?.(['a', 'b\u0007'])),
    'a\nb�\n',
  );
  assert.equal(
    printedBy(() => terminal.line('one')),
    '\u001b[2A\u001b[Jone\na\nb�\n',
  );
  assert.equal(
    printedBy(() => terminal.footer?.(['c'])),
    '\u001b[2A\u001b[Jc\n',
  );
  assert.equal(
    printedBy(() => terminal.footer?.([])),
    '\u001b[1A\u001b[J',
  );
  assert.equal(
    printedBy(() => terminal.write('two\n')),
    'two\n',
  );
  assert.equal(openTerminal({ ...output, isTTY: false }, {}).footer, undefined);
  assert.equal(openTerminal(output, { TERM: 'dumb' }).footer, undefined);
});

test('terminal - text from files moves no cursor and turns no direction', () => {
  assert.equal(plain('a\u001b[2Jb\rc\u009b1Ad\u202ee\u0007\n\t'), 'a�[2Jb�c�1Ad�e�\n\t');
});

test('terminal - text made for terminals keeps its colours and cursor movements, and nothing else', () => {
  let all = '';
  const terminal = openTerminal({ write: (part: string) => (all += part) }, {});
  terminal.write('\u001b[1A\u001b[2K\u001b[32mok\u001b[39m\u001b]0;title\u0007\r\n');
  assert.equal(all, '\u001b[1A\u001b[2K\u001b[32mok\u001b[39m�]0;title�\r\n');
});

test('terminal - no control character but line feed and tab gets through, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const left = Array.from(printed(false, {}, text)).filter((character) => {
        const code = character.codePointAt(0) ?? 0;
        return (code < 32 && character !== '\n' && character !== '\t') || (code >= 127 && code < 160);
      });
      assert.deepEqual(left, []);
    }),
  );
});

test('terminal - through npx, a command is told as it is to be typed there; what only looks like one stays', () => {
  const said =
    'kong-drill plan x; `kong-drill --help`; npx kong-drill run; kong-drill is there; ./kong-drill run\n';
  const typed =
    'npx kong-drill plan x; `npx kong-drill --help`; npx kong-drill run; kong-drill is there; ./kong-drill run\n';
  assert.equal(asCalled({})(said), said);
  let written = '';
  const terminal = openTerminal(
    { write: (part: string) => (written += part) },
    {},
    asCalled({ npm_command: 'exec' }),
  );
  terminal.write(said);
  terminal.line(said);
  assert.equal(written, `${typed}${typed}\n`);
});
