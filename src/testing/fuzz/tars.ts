/** Tar archives as somebody hostile packs them, each as a text of one character a byte. The headers' checksums are right. */
import fc from 'fast-check';

interface Entry {
  readonly name: string;
  /** `0` file, `1` hard link, `2` symlink, `3` and `4` devices, `5` folder, `6` pipe, `x` and `g` pax, `L` and `K` long names. */
  readonly type?: string;
  readonly link?: string;
  readonly mode?: string;
  /** In place of the true one. */
  readonly size?: string;
  readonly prefix?: string;
  readonly content?: string;
}

const block = 512;

function field(text: string, length: number): string {
  return text.slice(0, length).padEnd(length, '\0');
}

function octal(value: number): string {
  return value.toString(8).padStart(11, '0');
}

function entryText({
  name,
  type = '0',
  link = '',
  mode = '0000644',
  size,
  prefix = '',
  content = '',
}: Entry): string {
  const before = `${field(name, 100)}${field(mode, 8)}${field('', 16)}${field(size ?? octal(content.length), 12)}${field(octal(0), 12)}`;
  const after = `${field(type, 1)}${field(link, 100)}ustar\x0000${field('', 80)}${field(prefix, 155)}`.padEnd(
    block - 156,
    '\0',
  );
  const bytes = Buffer.from(`${before}        ${after}`, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  const padding = '\0'.repeat((block - (content.length % block)) % block);
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}${content}${padding}`;
}

export function tarText(entries: readonly Entry[]): string {
  return entries.map(entryText).join('') + '\0'.repeat(2 * block);
}

function pax(record: string): string {
  const length = record.length + 2;
  return `${length + String(length).length} ${record}\n`;
}

const long = (name: string): readonly Entry[] => [
  { name: 'long', type: 'L', content: `${name}\0` },
  { name: 'short', content: 'kdx' },
];
const withPax = (record: string): readonly Entry[] => [
  { name: 'pax', type: 'x', content: pax(record) },
  { name: 'short', content: 'kdx' },
];
const negative = '\xff'.repeat(12);
const enormous = `\x80${'\xff'.repeat(11)}`;

/** Beside the folder of an archive lies `outside/kept`, which has to stay as it is. */
export const nastyTars: readonly (readonly [what: string, entries: readonly Entry[]])[] = [
  ['a name that leads out', [{ name: '../outside/kept', content: 'kdx' }]],
  ['an absolute name', [{ name: '/tmp/kdx', content: 'kdx' }]],
  ['a prefix that leads out', [{ name: 'kept', prefix: '../outside', content: 'kdx' }]],
  ['a long name that leads out', long(`${'a/'.repeat(90)}${'../'.repeat(91)}outside/kept`)],
  ['a name of pax that leads out', withPax('path=../outside/kept')],
  ['a folder that leads out', [{ name: '../kdx/', type: '5' }]],
  [
    'a symlink out, and a file through it',
    [
      { name: 'link', type: '2', link: '../outside' },
      { name: 'link/kept', content: 'kdx' },
    ],
  ],
  [
    'a symlink to a file, and that file',
    [
      { name: 'link', type: '2', link: '../outside/kept' },
      { name: 'link', content: 'kdx' },
    ],
  ],
  [
    'a hard link to a file outside, and that file',
    [
      { name: 'link', type: '1', link: '../outside/kept' },
      { name: 'link', content: 'kdx' },
    ],
  ],
  ['a device', [{ name: 'null', type: '3' }]],
  ['a block device', [{ name: 'disk', type: '4' }]],
  ['a pipe', [{ name: 'pipe', type: '6' }]],
  ['a kind that nobody knows', [{ name: 'a', type: 'Z' }]],
  ['a program that runs as its owner', [{ name: 'a', mode: '0006755', content: 'kdx' }]],
  ['a size of 2^88 bytes', [{ name: 'a', size: enormous, content: 'kdx' }]],
  ['a size below nothing', [{ name: 'a', size: negative, content: 'kdx' }]],
  ['a size that is no number', [{ name: 'a', size: 'kdx', content: 'kdx' }]],
  ['a size of pax below nothing', withPax('size=-1')],
  ['a long name of 8 MiB, announced', [{ name: 'long', type: 'L', size: octal(8 * 1024 * 1024) }]],
  ['a long name below nothing', [{ name: 'long', type: 'L', size: negative }, { name: 'a' }]],
  [
    'pax without a length',
    [
      { name: 'pax', type: 'x', content: 'kdx path=a\n' },
      { name: 'a', content: 'kdx' },
    ],
  ],
  ['no name', [{ name: '', content: 'kdx' }]],
  ['the folder itself as a file', [{ name: '.', content: 'kdx' }]],
  ['a name with a zero in it', withPax('path=a\0b')],
  ['a name that is not UTF-8', [{ name: '\xff\xfe\xc3', content: 'kdx' }]],
  ['a name of terminal sequences', [{ name: '\x1b[2J\x9b1A', type: '2', link: '/' }]],
  ['a name of 300 characters', long('a'.repeat(300))],
  ['a name of 1 MB', long('a'.repeat(1_000_000))],
  ['folders 5,000 deep', long(`${'a/'.repeat(5_000)}b`)],
  [
    'the same file twice',
    [
      { name: 'a', content: 'kdx' },
      { name: 'a', content: 'k' },
    ],
  ],
  [
    'a folder in the place of a file',
    [
      { name: 'a', content: 'kdx' },
      { name: 'a/', type: '5' },
    ],
  ],
  ['a file in the place of a folder', [{ name: 'a/b', content: 'kdx' }, { name: 'a' }]],
  ['a file below a file', [{ name: 'a' }, { name: 'a/b', content: 'kdx' }]],
  ['a folder that may not be entered', [{ name: 'a/', type: '5', mode: '0000000' }, { name: 'a/b' }]],
  ['a folder with content', [{ name: 'a/', type: '5', content: 'kdx' }]],
];

const name = fc.constantFrom('a', 'a/b', 'b/', '.', '', 'link', 'link/kept', ...nastyTars.flatMap(namesIn));

function namesIn([, entries]: (typeof nastyTars)[number]): string[] {
  return entries.map((entry) => entry.name);
}

const some = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const entry: fc.Arbitrary<readonly Entry[]> = fc.oneof(
  { weight: 1, arbitrary: some(...nastyTars.map(([, entries]) => entries)) },
  {
    weight: 2,
    arbitrary: fc
      .record(
        {
          name,
          type: some(...Array.from('000012345567xgLKDZ\0\xff')),
          link: some('', '..', '../outside', '../outside/kept', '/', 'a'),
          mode: some('0000644', '0000000', '0007777', 'kdx'),
          size: some('0', '1', octal(600), negative, enormous, 'kdx', '-1', '99999999999'),
          prefix: some('', '..', '/', 'a', 'link'),
          content: some('', 'kdx', 'k'.repeat(600), pax('path=../kdx'), pax('size=1e99'), '0 a=b\n', '9 a'),
        },
        { requiredKeys: ['name', 'type', 'content'] },
      )
      .map((one) => [one as Entry]),
  },
);

const cut = fc.option(fc.nat(10_000), { freq: 3, nil: undefined });
const broken = fc.option(fc.tuple(fc.nat(), fc.nat(255)), { freq: 4, nil: undefined });

/** A few of them one after another; some of it cut short, or with one byte that is another. */
export const hostileTars: fc.Arbitrary<string> = fc
  .tuple(fc.array(entry, { minLength: 1, maxLength: 4 }), cut, broken)
  .map(([entries, length, change]) => {
    const whole = tarText(entries.flat());
    const text = length === undefined ? whole : whole.slice(0, length % whole.length);
    if (change === undefined || text === '') return text;
    const at = change[0] % text.length;
    return text.slice(0, at) + String.fromCharCode(change[1]) + text.slice(at + 1);
  });
