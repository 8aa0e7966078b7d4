/** Secrets out of every record: those that the runner is told of, in every encoding that occurs, and what looks like one. */
export const redactedMark = '[redacted]';

/** The shortest secret that is looked for inside of longer text; a shorter one is hidden only where it is the whole text. */
const shortestInside = 4;

/** Our own vocabulary: a secret that happens to be the word `failed` must not make the journal unreadable. */
const structuralKeys = new Set(
  'kind case phase outcome op via level change found clock role verdict origin artifact stream stage'.split(
    ' ',
  ),
);

/** What people and programs said: whatever is hidden in it, figures and names stay as they are. */
const proseKeys = new Set(
  'output detail error hint text faults left observed command request before after'.split(' '),
);

/** A character of a value that no quotes are around. */
const unquoted = String.raw`[^\s"',;&}\]]`;

/** A value behind a name that says that it is a secret, and behind what stands between them. */
function naming(between: string, value: string, ...more: readonly string[]): RegExp {
  const names = ['secret', 'token', 'api[_-]?key', 'access[_-]?key', ...more].join('|');
  return new RegExp(`((?:${names})${between})(?:${value})`, 'gim');
}

/** What looks like a secret, whoever made it. Every repetition is bounded or cannot overlap: the cost is linear. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/gs,
    redactedMark,
  ],
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#@"']{0,256}:)[^\s/?#"']{1,1024}@/gi, `$1${redactedMark}@`],
  // The same in a parameter of a URL.
  [
    /(%3A%2F%2F(?:[\w.~+-]|%(?!3A|40|2F)[0-9A-F]{2}){0,256}%3A)(?:[\w.~!*'()+-]|%(?!40|2F)[0-9A-F]{2}){1,1024}%40/gi,
    `$1${redactedMark}%40`,
  ],
  // Whatever stands before it: PGPASSWORD, KONG_PG_PASSWORD, sslpassword.
  [
    /(password["']?\s{0,3}[=:]\s{0,3})(?:"(?:[^"\\]|\\.){1,1024}"|'[^']{1,1024}'|[^\s"',;&}\]]{1,1024})/gi,
    `$1${redactedMark}`,
  ],
  [
    naming(String.raw`["']?\s{0,3}[=:]\s{0,3}`, String.raw`"(?:[^"\\]|\\.){1,1024}"|'[^']{1,1024}'`),
    `$1${redactedMark}`,
  ],
  // Without quotes it may also be a count (`max_token=4096`), or after a colon a sentence (`secret: required field missing`).
  [naming('=', String.raw`(?!\d{1,7}(?!${unquoted}))${unquoted}{4,8192}`), `$1${redactedMark}`],
  [
    naming(
      String.raw`["']?[ \t]{0,3}:[ \t]{0,3}`,
      String.raw`(?!\d{1,7}(?!${unquoted}))(?![a-z]{0,40}[).!?…]?(?:[\s,;]|$))${unquoted}{6,8192}|[a-z]{8,40}(?=[ \t\r]{0,3}$)`,
    ),
    `$1${redactedMark}`,
  ],
  // In JSON that is a text of JSON.
  [
    naming(
      String.raw`\\{1,7}["']\s{0,3}:\s{0,3}\\{1,7}["']`,
      String.raw`(?:[^"'\\]|\\{1,7}(?!["'\\])){1,1024}`,
      'password',
    ),
    `$1${redactedMark}`,
  ],
  // In a parameter of a URL.
  [
    naming(
      String.raw`(?:%22)?(?:%20|\+){0,3}%3[AD](?:%20|\+){0,3}(?:%2[27])?`,
      String.raw`(?:[\w.~!*()-]|%(?!2[0267C]|3B|[57]D)[0-9A-F]{2}){1,1024}`,
      'password',
    ),
    `$1${redactedMark}`,
  ],
  [
    /(\bauthorization["']?\s{0,3}:\s{0,3}["']?)(?:(?:basic|bearer|token|apikey|negotiate)\s{1,3}[^\s"',]{1,8192}|[^\s"',]{16,8192})/gi,
    `$1${redactedMark}`,
  ],
  [
    /(\b(?:kong-admin|private|job|x(?:-[a-z0-9]{1,20}){0,4})-(?:token|key|secret)["']?\s{0,3}:\s{0,3}["']?)[^\s"',]{1,8192}/gi,
    `$1${redactedMark}`,
  ],
  // Tokens of GitHub, GitLab, Vault and Konnect, and any JWT.
  [
    /\b(?:gh[oprsu]_\w{20,255}|github_pat_\w{20,255}|glpat-[\w-]{20,255}|hvs\.[\w-]{20,1024}|[ks]pat_\w{20,255}|eyJ[\w-]{8,4096}\.eyJ[\w-]{8,8192}\.[\w-]{8,4096})/g,
    redactedMark,
  ],
];

export interface Redactor {
  /** From now on this text is hidden, raw and encoded. Empty text is ignored. */
  add(secret: string): void;
  /** The same in prose only: a password of the configuration, or of the user's environment, may also be the name of a service. */
  addToProse(secret: string): void;
  /** Prose: output of commands, logs, messages. */
  redact(text: string): string;
  /** The same value with every string in it redacted; object keys and our own vocabulary stay. */
  redactDeep<T>(value: T): T;
}

/** A redactor that costs one look-up per character of text, however many secrets it knows. */
export function createRedactor(secrets: Iterable<string> = []): Redactor {
  const own = knownSecrets();
  const fromOutside = knownSecrets();
  const redactNames = (text: string): string =>
    patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), own.hide(text));
  const redact = (text: string): string => redactNames(fromOutside.hide(text));
  const redactor: Redactor = {
    add: own.add,
    addToProse: fromOutside.add,
    redact,
    redactDeep: (value) => mapStrings(value, (text, inProse) => (inProse ? redact : redactNames)(text)),
  };
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

/** Secrets, and text in which they are hidden in every form. */
function knownSecrets(): { add: (secret: string) => void; hide: (text: string) => string } {
  const forms: Forms = new Map();
  const wholes = new Set<string>();
  return {
    add(secret) {
      if (secret === '' || wholes.has(secret)) return;
      wholes.add(secret);
      if (secret.length < shortestInside) return;
      for (const form of encodedForms(secret)) remember(forms, form);
    },
    hide: (text) => (wholes.has(text) ? redactedMark : hideForms(text, forms)),
  };
}

/** How a secret shows up in URLs, headers, JSON and dumps. */
function encodedForms(secret: string): Set<string> {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const percent = encodeURIComponent(bytes.toString('utf8'));
  const found = new Set([
    secret,
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1),
    hex,
    hex.toUpperCase(),
    ...markupForms(secret),
    ...digestForms(secret),
    ...base64Forms(bytes),
  ]);
  return new Set([...found].filter((form) => form.length >= shortestInside));
}

/** In XML and HTML: with the quotes as they are, named, or by number. */
function markupForms(secret: string): string[] {
  const text = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const named = text.replaceAll('"', '&quot;');
  return [text, named, named.replaceAll("'", '&apos;'), named.replaceAll("'", '&#39;')];
}

/** Of a hash, or a key, that is written in hexadecimal: the other case, and its bytes. */
function digestForms(secret: string): string[] {
  if (!/^(?:[0-9a-f]{2}){16,}$/i.test(secret)) return [];
  return [secret.toLowerCase(), secret.toUpperCase(), ...base64Forms(Buffer.from(secret, 'hex'))];
}

/** Base64 of the secret wherever it begins within a longer text, as in `Basic base64(user:password)`. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const firstOwn = before === 0 ? 0 : before + 1;
    const ownEnd = Math.floor(((before + bytes.length) * 8) / 6);
    const own = encoded.slice(firstOwn, ownEnd);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Forms by their first characters, then by length, longest first: as many look-ups as there are lengths, not forms. */
type Forms = Map<string, Map<number, Set<string>>>;

function remember(forms: Forms, form: string): void {
  const prefix = form.slice(0, shortestInside);
  const byLength = forms.get(prefix) ?? new Map<number, Set<string>>();
  const known = byLength.get(form.length);
  if (known) known.add(form);
  else byLength.set(form.length, new Set([form]));
  forms.set(prefix, new Map([...byLength].sort(([a], [b]) => b - a)));
}

function hideForms(text: string, forms: Forms): string {
  if (forms.size === 0) return text;
  let result = '';
  let copiedTo = 0;
  for (let at = 0; at + shortestInside <= text.length; at += 1) {
    const byLength = forms.get(text.slice(at, at + shortestInside));
    const length = byLength && (lengthOfForm(text, at, byLength) ?? lengthOfCutForm(text, at, byLength));
    if (length === undefined) continue;
    result += text.slice(copiedTo, at) + redactedMark;
    at += length - 1;
    copiedTo = at + 1;
  }
  return copiedTo === 0 ? text : result + text.slice(copiedTo);
}

function lengthOfForm(
  text: string,
  at: number,
  byLength: ReadonlyMap<number, ReadonlySet<string>>,
): number | undefined {
  for (const [length, forms] of byLength) {
    if (forms.has(text.slice(at, at + length))) return length;
  }
  return undefined;
}

/** Of the first half of a secret, where the text was cut with `…` in the middle of it. */
function lengthOfCutForm(
  text: string,
  at: number,
  byLength: ReadonlyMap<number, ReadonlySet<string>>,
): number | undefined {
  const [longest = 0] = byLength.keys();
  const length = text.slice(at, at + longest).indexOf('…');
  if (length < shortestInside) return undefined;
  const half = text.slice(at, at + length);
  const isHalf = [...byLength.values()].some((forms) => [...forms].some((form) => form.startsWith(half)));
  return isHalf ? length : undefined;
}

function mapStrings<T>(value: T, map: (text: string, inProse: boolean) => string): T {
  const visit = (item: unknown, inProse: boolean): unknown => {
    if (typeof item === 'string') return map(item, inProse);
    if (Array.isArray(item)) return item.map((each) => visit(each, inProse));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([key, inner]: [string, unknown]) => [
        key,
        structuralKeys.has(key) && typeof inner === 'string'
          ? inner
          : visit(inner, inProse || proseKeys.has(key)),
      ]),
    );
  };
  return visit(value, false) as T;
}
