/** Files as somebody hostile, or a broken disk, would change them; drawn by fast-check, so that a case can be made again. */
import fc from 'fast-check';

/** What breaks out of a format where it is not escaped. `kdx` marks it: nothing of ours is called so. */
export const hostileTexts: readonly string[] = [
  '<kdx onkdx="1">',
  '"><kdx/onkdx=1>',
  '</title></script></style></svg><kdx>',
  ']]><kdx/>',
  '&kdx;&#0;&#xFFFE;',
  '\u001b[2J\u001b]0;kdx\u0007\u009b1A',
  '\u0000\u0008\u000b\ufffe\uffff\ud800',
  '\u202ekdx\u2066',
  '[kdx](javascript:kdx)',
  '![kdx](https://kdx.invalid/x)',
  '``` \n# kdx\n| kdx |\n<kdx>',
  '\r\n::error::kdx\r\n##vso[task.setvariable variable=kdx]kdx',
  '$(touch kdx) `touch kdx` ; touch kdx #',
  '../../../kdx',
  '/kdx',
  '__proto__',
  'constructor',
  '${kdx} {{kdx}} %s %n',
  '!!js/function "kdx"',
  '*kdx',
  '&kdx [*kdx]',
  '<<: *kdx',
  '1e999',
  '-0',
  '9007199254740993',
  '0x7fffffffffffffff',
  'NaN',
  '~',
  '[]',
  '{}',
  '"',
  '\\',
  '\n',
  '\t',
  ' ',
  '-',
  ': ',
  '\ufeff',
];

const snippet = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  {
    weight: 1,
    // Half characters too; fast-check's own `binary` takes seconds to be set up.
    arbitrary: fc.array(fc.nat(0xffff), { maxLength: 40 }).map((codes) => String.fromCharCode(...codes)),
  },
);
const place = fc.nat();

/** One change of a text; places are taken modulo what there is. */
const edit: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.tuple(place, snippet).map(
    ([at, put]) =>
      (text: string) =>
        splice(text, at, 0, put),
  ),
  fc.tuple(place, fc.nat(200)).map(
    ([at, length]) =>
      (text: string) =>
        splice(text, at, length, ''),
  ),
  fc.tuple(place, fc.nat(40), fc.nat(3_000)).map(
    ([at, length, times]) =>
      (text: string) =>
        repeated(text, at, { length, times }),
  ),
  fc.tuple(place, snippet).map(
    ([which, put]) =>
      (text: string) =>
        valueReplaced(text, which, put),
  ),
  fc.tuple(place, snippet).map(
    ([which, put]) =>
      (text: string) =>
        valueReplaced(text, which, JSON.stringify(put)),
  ),
  fc.tuple(place, place).map(
    ([one, other]) =>
      (text: string) =>
        linesSwapped(text, one, other),
  ),
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]) =>
      (text: string) =>
        splice(text, at, 1, String.fromCharCode(byte)),
  ),
);

/** A text with one to four changes. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => edits.reduce((result, change) => change(result), text));
}

/** The lines of an NDJSON file of objects, with up to four values in them that are other ones. */
export function mutatedLines(files: readonly (readonly object[])[]): fc.Arbitrary<string> {
  // Whatever else is in a file, most is said by its first line.
  const line = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: place });
  const change = fc.tuple(line, fc.array(place, { minLength: 1, maxLength: 6 }), value);
  return fc
    .tuple(fc.constantFrom(...files), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([lines, changes]) => {
      const changed = structuredClone(lines) as object[];
      for (const [at, path, put] of changes) changeWithin(changed[at % changed.length] ?? {}, path, put);
      return changed.map((line) => `${JSON.stringify(line)}\n`).join('');
    });
}

/** In place of a value; `undefined` leaves it out. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...hostileTexts) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(undefined, null, true, 0, -1, 1e308, [], {}, [null], { length: -1 }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
);

function changeWithin(target: object, path: readonly number[], put: unknown): void {
  let at = target as Record<string, unknown>;
  for (const [depth, step] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % keys.length];
    if (key === undefined) return;
    const inner = at[key];
    if (typeof inner === 'object' && inner !== null && depth < path.length - 1)
      at = inner as Record<string, unknown>;
    else {
      at[key] = put;
      return;
    }
  }
}

function splice(text: string, at: number, length: number, put: string): string {
  const from = at % (text.length + 1);
  return text.slice(0, from) + put + text.slice(from + length);
}

function repeated(text: string, at: number, { length, times }: { length: number; times: number }): string {
  const from = at % (text.length + 1);
  const piece = text.slice(from, from + length) || '\n';
  return splice(text, from, 0, piece.repeat(Math.min(times, Math.ceil(6_000 / piece.length))));
}

/** The value of the n-th `key: value` or `"key":value`. */
function valueReplaced(text: string, which: number, put: string): string {
  const found = [...text.matchAll(/(?<=:\s?)[^\s,}\]][^,}\]\n]*/g)];
  const match = found[which % found.length];
  if (match === undefined) return put;
  return text.slice(0, match.index) + put + text.slice(match.index + match[0].length);
}

function linesSwapped(text: string, one: number, other: number): string {
  const lines = text.split('\n');
  const [a, b] = [one % lines.length, other % lines.length];
  [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  return lines.join('\n');
}
