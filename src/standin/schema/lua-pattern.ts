const classes: Record<string, string> = {
  u: 'A-Z',
  l: 'a-z',
  a: 'A-Za-z',
  d: '0-9',
  w: 'A-Za-z0-9',
  s: '\\s',
};
const punctuation = '!-\\/:-@[-`{-~';
const memory = new Map<string, RegExp>();

/** Kong's schemas carry Lua patterns; the subset they use is regular. */
export function luaPattern(pattern: string): RegExp {
  let expression = memory.get(pattern);
  if (!expression) {
    expression = new RegExp(translate(pattern), 'u');
    memory.set(pattern, expression);
  }
  return expression;
}

function translate(pattern: string): string {
  let out = '';
  let inSet = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i);
    if (char === '%') {
      out += escaped(pattern.charAt(++i), inSet);
    } else if (inSet) {
      inSet = char !== ']';
      // A dash that ends a set stands for itself.
      out += char === '-' && pattern.charAt(i + 1) === ']' ? '\\-' : setMember(char);
    } else if (char === '[') {
      inSet = true;
      out += char;
      if (pattern.charAt(i + 1) === '^') out += pattern.charAt(++i);
    } else if (char === '-') {
      out += '*?';
    } else {
      out += '/{}|'.includes(char) ? `\\${char}` : char;
    }
  }
  return out;
}

function escaped(char: string, inSet: boolean): string {
  const members = char === 'p' ? punctuation : classes[char];
  if (members === undefined) return /[\w\s`@%&~,;:'"<>=#!]/.test(char) ? char : `\\${char}`;
  return inSet ? members : `[${members}]`;
}

const setMember = (char: string): string => ('[\\{}|()/'.includes(char) ? `\\${char}` : char);
