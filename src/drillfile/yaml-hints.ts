/** What to do about the mistakes in YAML that people make. */
import type { ErrorCode } from 'yaml';

const hints: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'indent with spaces; YAML allows no tabs there',
  BLOCK_AS_IMPLICIT_KEY: 'align the line below with this one, or put the text in quotation marks',
  BAD_INDENT: 'align this line with its neighbours',
  MULTILINE_IMPLICIT_KEY: 'look for a missing colon, or a quotation mark that is not closed',
  MISSING_CHAR: 'close the bracket or the quotation mark',
  NON_STRING_KEY: 'write the key as plain text',
  TAG_RESOLVE_FAILED: 'leave the tag (`!…`) away; drills need none',
  BAD_ALIAS: 'name an anchor, as in `*name`',
  BAD_SCALAR_START: 'put the text in quotation marks',
};

export function yamlHint(code: ErrorCode): { readonly hint?: string } {
  const hint = hints[code];
  return hint === undefined ? {} : { hint };
}
