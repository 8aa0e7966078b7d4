/** A text that a regular expression of a route matches; only of expressions that are simple enough to be sure. */

/** @returns `undefined` where no matching text was found: nothing is sent that might mean something else. */
export function sampleOf(expression: string): string | undefined {
  try {
    const parser = new Parser(expression);
    const text = parser.alternatives();
    return parser.isAtEnd() && new RegExp(`^(?:${expression})`).test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What stands for a class of characters. */
const escapes: Readonly<Record<string, string>> = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  S: 'a',
  b: '',
  z: '',
  Z: '',
  A: '',
};
const candidates = ['a', '1', 'A', '-', '_', '.', '~', '/', ' ', '%'];

class Parser {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The first alternative; the others are read over. */
  alternatives(): string {
    const first = this.sequence();
    while (this.take('|')) this.sequence();
    return first;
  }

  private sequence(): string {
    let sample = '';
    while (!this.isAtEnd() && this.peek() !== '|' && this.peek() !== ')') {
      const atom = this.atom();
      sample += atom.repeat(this.leastTimes());
    }
    return sample;
  }

  private atom(): string {
    const character = this.next();
    switch (character) {
      case '^':
      case '$':
        return '';
      case '.':
        return 'a';
      case '(':
        return this.group();
      case '[':
        return this.oneOf();
      case '\\':
        return this.escaped();
      case '*':
      case '+':
      case '?':
        throw new SyntaxError(`nothing to repeat at ${this.at}`);
      default:
        return character;
    }
  }

  private group(): string {
    if (this.take('?')) {
      // Groups that only look ahead or behind, and flags, are not simple.
      if (!this.take(':') && !this.takeName()) throw new SyntaxError('not simple');
    }
    const inner = this.alternatives();
    if (!this.take(')')) throw new SyntaxError('a group without an end');
    return inner;
  }

  private takeName(): boolean {
    const name = /^P?<[A-Za-z_]\w*>/.exec(this.text.slice(this.at));
    this.at += name?.[0].length ?? 0;
    return name !== null;
  }

  private oneOf(): string {
    const set = /^\^?\]?(?:\\.|[^\]\\])*\]/.exec(this.text.slice(this.at))?.[0];
    if (set === undefined) throw new SyntaxError('a set without an end');
    this.at += set.length;
    const expression = new RegExp(`^[${set}$`);
    const own = /^[^\\^]/.exec(set)?.[0] ?? '';
    const found = [...candidates, own].find((each) => each !== '' && expression.test(each));
    if (found === undefined) throw new SyntaxError('not simple');
    return found;
  }

  private escaped(): string {
    const character = this.next();
    if (/[pPkxuU0-9]/.test(character)) throw new SyntaxError('not simple');
    return escapes[character] ?? character;
  }

  private leastTimes(): number {
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,\d*)?\})[?+]?/.exec(this.text.slice(this.at));
    if (quantifier === null) return 1;
    this.at += quantifier[0].length;
    if (quantifier[1] !== undefined) return Number(quantifier[1]);
    return quantifier[0].startsWith('+') ? 1 : 0;
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at += 1;
    return true;
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  private next(): string {
    const character = this.text[this.at];
    if (character === undefined) throw new SyntaxError('an early end');
    this.at += 1;
    return character;
  }
}
