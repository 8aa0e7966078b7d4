/** `kong-drill.yaml`: what is the same for every drill of a project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { DrillError, messageOf } from '../model/drill-error.js';
import { projectSchema } from '../model/project.js';
import type { Project } from '../model/project.js';
import { formatPath, formatProblem } from './problem.js';
import { projectFileName, projectFolder } from './project-folder.js';
import { pathIn } from './schema-check.js';
import { problemOf } from './schema-words.js';
import { readYaml } from './yaml-text.js';

export interface FoundProject {
  /** Folder of the file; where there is none, the folder that was asked for. */
  readonly folder: string;
  readonly project: Project;
}

/**
 * The project that a folder belongs to: the first `kong-drill.yaml` in it or above it; an empty one where there is none.
 * @throws DrillError `usage` where the file is mistaken, with its line and column.
 */
export function findProject(folder: string): FoundProject {
  const found = projectFolder(folder);
  if (found === undefined) return { folder: resolve(folder), project: {} };
  return { folder: found, project: readProject(join(found, projectFileName)) };
}

function readProject(file: string): Project {
  const yaml = readYaml(textOf(file));
  const {
    content,
    problems: [broken],
  } = yaml;
  if (broken || !content)
    throw mistaken(
      formatProblem({ file, where: '', ...(broken ?? { line: 1, column: 1, message: 'not YAML' }) }),
    );
  const validate = new Ajv2020({ allErrors: true, verbose: true, strictTypes: false }).compile<Project>(
    JSON.parse(JSON.stringify(projectSchema)) as object,
  );
  const { value } = content;
  if (validate(value)) return value;
  const problems = (validate.errors ?? []).map((error) => {
    const { path, at, message, suggestion } = problemOf(error, pathIn(value, error.instancePath));
    const where = formatPath(path);
    return formatProblem({
      file,
      where,
      message,
      ...yaml.locate(path, at),
      ...(suggestion !== undefined && { suggestion }),
    });
  });
  throw mistaken(problems.join('\n'));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw mistaken(`${file}: ${messageOf(error)}`);
  }
}

function mistaken(message: string): DrillError {
  return new DrillError('usage', message, 'correct it; docs/reports.md says what it may hold');
}
