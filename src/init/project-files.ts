/** What is found in a project, and for which CI → the files that `init` writes. Pure. */
import { posix } from 'node:path';
import { formatProblem } from '../drillfile/problem.js';
import { parseDrillFile } from '../drillfile/parse.js';
import { DrillError } from '../model/drill-error.js';
import type { CiTerms } from './ci/job.js';
import { ciJobs } from './ci/jobs.js';
import type { CiName } from './ci/jobs.js';
import { draftDrill, draftName } from './draft.js';
import { drillText } from './drill-text.js';
import type { Found } from './found.js';
import type { NewFile } from './write.js';

export const drillsFolder = 'drills';
export const drillFile = posix.join(drillsFolder, `${draftName}.yaml`);

export interface ProjectTerms {
  readonly ci: CiName | undefined;
  /** Version of kong-drill. */
  readonly version: string;
  /** The schema of drills, for a project that has not got kong-drill among its dependencies. */
  readonly schema: string;
  /** Whether kong-drill is among the project's own dependencies. */
  readonly isDependency: boolean;
  /** Whether the project has a file or folder. */
  readonly has: (path: string) => boolean;
  /** What a file of the project holds; `undefined` where there is none that can be read. */
  readonly read: (path: string) => string | undefined;
  /** The branch whose drills run each night; `undefined` where git tells none. */
  readonly branch?: string;
}

export interface ProjectFiles {
  readonly files: readonly NewFile[];
  /** What is left to do by hand. */
  readonly remains: readonly string[];
}

/** @throws DrillError `usage` where what was found makes no valid drill. */
export function projectFiles(found: Found, terms: ProjectTerms): ProjectFiles {
  const schema = 'drill.schema.json';
  const { isDependency, ci } = terms;
  const text = drillText(draftDrill(found, '..'), {
    schema: isDependency ? `../node_modules/kong-drill/drills/${schema}` : `./${schema}`,
    notes: found.notes.length === 0 ? ['no Kong: a made-up configuration stands for yours'] : found.notes,
  });
  refuseMistaken(text);
  const ofSchema = { path: posix.join(drillsFolder, schema), content: terms.schema };
  const ofCi = ci === undefined ? undefined : ciJobs[ci];
  const ciTerms = ciTermsOf(terms);
  return {
    files: [
      { path: drillFile, content: text },
      ...(isDependency ? [] : [ofSchema]),
      ...(ofCi?.files(ciTerms) ?? []),
    ],
    remains: ofCi?.remains(ciTerms) ?? [],
  };
}

function ciTermsOf({ version, isDependency, has, read, branch }: ProjectTerms): CiTerms {
  const named = `kong-drill@${version}`;
  const install = isDependency
    ? has('package-lock.json')
      ? 'npm ci'
      : 'npm install'
    : `npm install --no-save ${named}`;
  return {
    drills: drillsFolder,
    install,
    program: 'npx kong-drill',
    has,
    read,
    ...(branch === undefined ? {} : { branch }),
  };
}

function refuseMistaken(text: string): void {
  const parsed = parseDrillFile(drillFile, text);
  if (parsed.ok) return;
  throw new DrillError(
    'usage',
    `what was found makes no drill:\n${parsed.problems.map(formatProblem).join('\n')}`,
    'move what it was found in out of the folder, or write the drill by hand: kong-drill explain',
  );
}
