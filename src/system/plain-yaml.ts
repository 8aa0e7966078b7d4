/** YAML of somebody else's: read without a word on the terminal, and refused where it cannot be walked to its end. */
import { parse } from 'yaml';
import { plainTree } from '../model/plain-tree.js';

/**
 * The value that a text stands for.
 * @param options `merge`: `<<` takes another mapping in, as in compose files.
 * @throws where it is no YAML, holds itself, or is nested deeper than anybody writes.
 */
export function plainYaml(text: string, options: { readonly merge?: boolean } = {}): unknown {
  return plainTree<unknown>(parse(text, { ...options, logLevel: 'error' }));
}
