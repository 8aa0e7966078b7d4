/** How a JUnit file was asked for, as it says itself: a matter of form, not of figures. */
import type { JunitOptions } from '../report/junit.js';

export function junitOptionsIn(xml: string): JunitOptions {
  const [, attached] = /\[\[ATTACHMENT\|([^\n]*)\/report\.html\]\]/.exec(xml) ?? [];
  const gitlab = /<testcase [^>]*\bfile="/.test(xml);
  return {
    ...(attached !== undefined && { baseFolder: attached }),
    ...(gitlab && { flavor: 'gitlab' as const }),
  };
}
