/** The drill files that a command line names: files as they are, of folders the YAML files in them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { loadDrill, namesIn } from './load.js';
import type { LoadedDrill } from './load.js';
import type { LocatedProblem } from './problem.js';
import { projectFileName } from './project-folder.js';

export type DrillOnDisk = Extract<LoadedDrill, { ok: true }>;

export interface DrillSet {
  /** Valid drills, in the order given; those of a folder by name. */
  readonly drills: readonly DrillOnDisk[];
  /** Problems of the files that are not valid. */
  readonly problems: readonly LocatedProblem[];
  /** Every file that was looked at. */
  readonly files: readonly string[];
}

/** Never throws: what cannot be read is among the problems. A drill named twice is read once. */
export function collectDrills(paths: readonly string[]): DrillSet {
  const found = paths.map(filesAt);
  const files = [...new Set(found.flatMap((one) => one.files))];
  const loaded = files.map(loadDrill);
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

function filesAt(path: string): FilesAt {
  // What is not there is reported where it is read.
  if (!isFolder(path)) return { files: [path], problems: [] };
  const files = namesIn(path)
    .filter((name) => /\.ya?ml$/.test(name) && name !== projectFileName)
    .sort();
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

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
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
