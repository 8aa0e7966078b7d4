/** Files that lie beside drills and plainly are none. Pure. */

const ofDrills = /^(?:failure|recovery)\s*:/m;

/** `a decK file`, `a compose file`; `undefined` for what may be meant as a drill. */
export function otherKindOf(text: string): string | undefined {
  if (ofDrills.test(text)) return undefined;
  if (/^["']?_format_version["']?\s*:/m.test(text)) return 'a decK file';
  const isCompose = /^services\s*:\s*(?:#.*)?$/m.test(text) && /^[ \t]+(?:image|build)\s*:/m.test(text);
  return isCompose ? 'a compose file' : undefined;
}
