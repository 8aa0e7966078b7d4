/** A file that a case leaves as evidence. */
import { basename, join } from 'node:path';
import type { CaseContext } from './case-context.js';

export interface EvidenceFile {
  /** Where it is written. */
  readonly path: string;
  /** Its name in the journal: relative to the run's folder, which may be moved, with `/`. */
  readonly file: string;
}

export function evidenceFile(
  { evidenceFolder }: Pick<CaseContext, 'evidenceFolder'>,
  name: string,
): EvidenceFile {
  return { path: join(evidenceFolder, name), file: `${basename(evidenceFolder)}/${name}` };
}
