/** The drill files that a command line names: files as they are, of folders the YAML files in them. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDrill } from './load.js';
import type { LoadedDrill } from './load.js';
import type { LocatedProblem } from './problem.js';

export type DrillOnDisk = Extract<LoadedDrill, { ok: true }>;

export interface DrillSet {
  /** Valid drills, in the order given; those of a folder by name. */
  readonly drills: readonly DrillOnDisk[];
  /** Problems of the files that are not valid. */
  readonly problems: readonly LocatedProblem[];
  /** Every file that was looked at. */
  readonly files: readonly string[];
}

/** Read this many at a time: enough to keep the disk busy. */
const atOnce = 16;

/** Never throws: what cannot be read is among the problems. A drill named twice is read once. */
export async function collectDrills(paths: readonly string[]): Promise<DrillSet> {
  const found = await Promise.all(paths.map(filesAt));
  const files = [...new Set(found.flatMap((one) => one.files))];
  const loaded = await loadAll(files);
  const drills = loaded.filter((one): one is DrillOnDisk => one.ok);
  return {
    drills,
    problems: [
      ...found.flatMap((one) => one.problems),
      ...loaded.flatMap((one) => (one.ok ? [] : one.problems)),
      ...sameNames(drills),
    ],
    files,
  };
}

/** The drills with any of the tags; all of them where no tag is given. */
export function withTags(drills: readonly DrillOnDisk[], tags: readonly string[]): readonly DrillOnDisk[] {
  if (tags.length === 0) return drills;
  return drills.filter(({ drill }) => drill.tags?.some((tag) => tags.includes(tag)) ?? false);
}

interface FilesAt {
  readonly files: readonly string[];
  readonly problems: readonly LocatedProblem[];
}

async function filesAt(path: string): Promise<FilesAt> {
  const found = await stat(path).catch(() => undefined);
  // What is not there is reported where it is read.
  if (!found?.isDirectory()) return { files: [path], problems: [] };
  const names = await readdir(path).catch(() => []);
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  if (files.length > 0) return { files: files.map((name) => join(path, name)), problems: [] };
  const problem: LocatedProblem = {
    file: path,
    line: 1,
    column: 1,
    where: '',
    message: 'expected a folder of drills, found no .yaml file in it',
    hint: 'name another folder; folders within it are not searched',
  };
  return { files: [], problems: [problem] };
}

async function loadAll(files: readonly string[]): Promise<readonly LoadedDrill[]> {
  const loaded: LoadedDrill[] = [];
  for (let from = 0; from < files.length; from += atOnce) {
    loaded.push(...(await Promise.all(files.slice(from, from + atOnce).map(loadDrill))));
  }
  return loaded;
}

/** Reports are kept under the drill's name: two drills of one name would mix theirs. */
function sameNames(drills: readonly DrillOnDisk[]): readonly LocatedProblem[] {
  const first = new Map<string, string>();
  return drills.flatMap(({ file, drill }) => {
    const other = first.get(drill.name);
    first.set(drill.name, other ?? file);
    if (other === undefined) return [];
    return [
      {
        file,
        line: 1,
        column: 1,
        where: 'name',
        message: `the name ${JSON.stringify(drill.name)} is also that of ${other}`,
        hint: 'reports are kept under the name: give each drill its own',
      },
    ];
  });
}
