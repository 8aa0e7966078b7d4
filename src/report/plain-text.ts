/** Text from outside (names of entities, output of commands) made harmless for whoever reads it. */

// Colour codes and other terminal sequences, whole: CSI, OSC, and two-character escapes.
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// Control characters but line feed and tab, what XML forbids, and marks that turn the direction of text around.
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Without terminal sequences, control characters and half characters; line feeds and tabs stay. */
export function plainText(text: string): string {
  return text
    .replace(escapeSequences, '')
    .replace(/\r\n?/g, '\n')
    .replace(invisible, '')
    .replace(loneSurrogates, '\ufffd');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}

/** At most `limit` characters, the last of which says that there was more. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
