/** The drill files that a command line names: files as they are, of folders the YAML files in them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isDrillName, loadDrill, namesIn } from './load.js';
import type { LoadedDrill } from './load.js';
import type { LocatedProblem } from './problem.js';
import { projectFileName } from './project-folder.js';

export type DrillOnDisk = Extract<LoadedDrill, { ok: true }>;

export interface DrillSet {
  /** Valid drills, in the order given; those of a folder by name. */
  readonly drills: readonly DrillOnDisk[];
  /** Problems of the files that are not valid. */
  readonly problems: readonly LocatedProblem[];
  /** Every file that was looked at, without those that were skipped. */
  readonly files: readonly string[];
  /** What lies in a folder of drills, and plainly is none. */
  readonly skipped: readonly Skipped[];
}

export interface Skipped {
  readonly file: string;
  /** `a decK file` */
  readonly kind: string;
}

/** Never throws: what cannot be read is among the problems. A drill named twice is read once. */
export function collectDrills(paths: readonly string[]): DrillSet {
  const found = paths.map(filesAt);
  const named = new Set(found.flatMap((one) => (one.folder === undefined ? one.files : [])));
  const all = [...new Set(found.flatMap((one) => one.files))].map(loadDrill);
  const skipped = all.flatMap((one) =>
    one.ok || one.otherKind === undefined || named.has(one.file)
      ? []
      : [{ file: one.file, kind: one.otherKind }],
  );
  const loaded = all.filter(({ file }) => !skipped.some((one) => one.file === file));
  const files = loaded.map(({ file }) => file);
  const drills = loaded.filter((one): one is DrillOnDisk => one.ok);
  return {
    drills,
    problems: [
      ...found.flatMap((one) => withoutDrills(one, files)),
      ...loaded.flatMap((one) => (one.ok ? [] : one.problems)),
      ...sameNames(drills),
    ],
    files,
    skipped,
  };
}

/** The drills with any of the tags; all of them where no tag is given. */
export function withTags(drills: readonly DrillOnDisk[], tags: readonly string[]): readonly DrillOnDisk[] {
  if (tags.length === 0) return drills;
  return drills.filter(({ drill }) => drill.tags?.some((tag) => tags.includes(tag)) ?? false);
}

interface FilesAt {
  /** Absent where a file was named. */
  readonly folder?: string;
  readonly files: readonly string[];
}

function filesAt(path: string): FilesAt {
  // What is not there is reported where it is read.
  if (!isFolder(path)) return { files: [path] };
  const names = namesIn(path).filter((name) => isDrillName(name) && name !== projectFileName);
  return { folder: path, files: names.sort().map((name) => join(path, name)) };
}

function withoutDrills({ folder, files }: FilesAt, kept: readonly string[]): readonly LocatedProblem[] {
  if (folder === undefined || files.some((file) => kept.includes(file))) return [];
  const what = files.length === 0 ? 'no .yaml file' : 'no drill';
  return [
    {
      file: folder,
      where: '',
      message: `expected a folder of drills, found ${what} in it`,
      hint: 'name another folder (those within it are not searched), or let kong-drill init write a drill',
    },
  ];
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
