/**
 * IP addresses in a configuration. Names are no danger in a lab, because its resolver leads them all to the echo; an address would be
 * called as it stands. An engine that cannot block addresses refuses the configuration that names one.
 */
import { isIPv4, isIPv6 } from 'node:net';

export interface FoundAddress {
  readonly address: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

const quad = '\\d{1,3}(?:\\.\\d{1,3}){3}';
/** Dotted quads and whatever has two colons, standing alone; the length of a network prefix, where there is one. */
const candidates = new RegExp(
  [
    '(?<address>',
    `(?<![\\w.:-])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,8}(?::?${quad})?(?![\\w:-]|\\.\\w)`,
    `|(?<![\\w.-])${quad}(?![\\w-]|\\.\\w)`,
    ')',
    '(?<network>/\\d{1,3}(?![\\w./-]))?',
  ].join(''),
  'gi',
);

/**
 * The addresses in a text that are not this machine's own (127.0.0.0/8, ::1, and the unspecified ones).
 * A network such as `10.0.0.0/8` is a rule and no destination, so it is not among them, unless it stands in a URL.
 */
export function foreignAddresses(text: string): FoundAddress[] {
  const found: FoundAddress[] = [];
  const place = { index: 0, line: 1, lineStart: 0 };
  for (const match of text.matchAll(candidates)) {
    const { address = '', network } = match.groups ?? {};
    if ((!isIPv4(address) && !isIPv6(address)) || isOwn(address)) continue;
    const inUrl = /:\/\/\[?$/.test(text.slice(Math.max(0, match.index - 4), match.index));
    if (network !== undefined && !inUrl) continue;
    advance(place, text, match.index);
    found.push({ address, line: place.line, column: place.index - place.lineStart + 1 });
  }
  return found;
}

function isOwn(address: string): boolean {
  const mapped = /^::ffff:(?<quad>\d.*)$/i.exec(address)?.groups?.quad;
  const ipv4 = mapped ?? address;
  if (isIPv4(ipv4)) return ipv4.startsWith('127.') || ipv4 === '0.0.0.0';
  return /^[0:]*:(?:0*1)?$/.test(address);
}

/** Counts lines only since the last find, so that a large text is read once. */
function advance(place: { index: number; line: number; lineStart: number }, text: string, to: number): void {
  for (let end = text.indexOf('\n', place.index); end !== -1 && end < to; end = text.indexOf('\n', end + 1)) {
    place.line += 1;
    place.lineStart = end + 1;
  }
  place.index = to;
}
