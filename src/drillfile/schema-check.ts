/** A value against the schema of drills: what is wrong with it, in words, without the noise of branches not meant. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { drillSchema } from '../model/drill.js';
import type { Drill } from '../model/drill.js';
import { mismatch } from './problem.js';
import type { Path, Problem } from './problem.js';
import { problemOf } from './schema-words.js';
import type { SchemaProblem } from './schema-words.js';
import { nearest, quoted } from './words.js';

// TypeBox's own annotations on its schemas are not JSON: only what would be in the shipped file is compiled.
const validate = new Ajv2020({
  allErrors: true,
  discriminator: true,
  verbose: true,
  strictTypes: false,
}).compile<Drill>(JSON.parse(JSON.stringify(drillSchema)) as object);

const neededKeys: readonly string[] = drillSchema.required;
const allKeys = Object.keys(drillSchema.properties);
/** Keys that files of any kind have. */
const commonKeys: readonly string[] = ['name', 'title', 'description', 'tags'];

export type SchemaCheck =
  | { readonly ok: true; readonly drill: Drill }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function checkSchema(value: unknown): SchemaCheck {
  if (validate(value)) return { ok: true, drill: value };
  if (isSomethingElse(value)) return { ok: false, problems: [somethingElse(value)] };
  const errors = withoutBranchNoise(validate.errors ?? []);
  const problems = errors.map((error) => problemOf(error, pathIn(value, error.instancePath)));
  return { ok: false, problems: withoutEchoes(problems) };
}

/** A mapping without any key that a drill must have: another kind of file, which is said once and not key by key. */
function isSomethingElse(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  const own = neededKeys.filter((key) => !commonKeys.includes(key));
  const isOurs = keys.some((key) => nearest(key, own) !== undefined);
  const strange = keys.filter((key) => !allKeys.includes(key));
  return (
    !isOurs &&
    (strange.length > keys.length / 2 || !keys.some((key) => nearest(key, neededKeys) !== undefined))
  );
}

function somethingElse(value: Readonly<Record<string, unknown>>): Problem {
  const keys = Object.keys(value).slice(0, 4).map(quoted);
  const found = keys.length === 0 ? 'an empty mapping' : `a mapping with ${keys.join(', ')}`;
  return {
    path: [],
    at: 'value',
    message: mismatch(`a drill with ${neededKeys.join(', ')}`, found),
    hint: 'keep files of other kinds in another folder; kong-drill init writes a drill to start from',
  };
}

/**
 * `anyOf` reports each branch, and itself. Where one branch fits by its type, its mistakes are what is meant;
 * otherwise the whole is reported once.
 */
function withoutBranchNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return errors.filter((error) => {
    const union = unions.find(
      ({ schemaPath, instancePath }) =>
        error.schemaPath.startsWith(`${schemaPath}/`) && error.instancePath.startsWith(instancePath),
    );
    if (union) return branchOf(error, union) === meantBranch(union, errors);
    return error.keyword !== 'anyOf' || meantBranch(error, errors) === undefined;
  });
}

/** The branch whose type fits what was written. */
function meantBranch(union: ErrorObject, errors: readonly ErrorObject[]): string | undefined {
  const ofUnion = errors.filter(
    ({ schemaPath, instancePath }) =>
      schemaPath.startsWith(`${union.schemaPath}/`) && instancePath.startsWith(union.instancePath),
  );
  const branches = [...new Set(ofUnion.map((error) => branchOf(error, union)))];
  return branches.find((branch) =>
    ofUnion
      .filter((error) => branchOf(error, union) === branch)
      .every(({ keyword, instancePath }) => instancePath !== union.instancePath || !isAboutType(keyword)),
  );
}

const isAboutType = (keyword: string): boolean => ['type', 'const', 'enum'].includes(keyword);

function branchOf({ schemaPath }: ErrorObject, union: ErrorObject): string {
  return schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
}

/** A misspelt key is one mistake, not two: the key that it was meant to be is not reported as missing. */
function withoutEchoes(all: readonly SchemaProblem[]): readonly Problem[] {
  const problems = withoutOutdented(all);
  const meant = new Set(
    problems.flatMap(({ path, suggestion, unknownKey }) =>
      unknownKey && suggestion !== undefined ? [JSON.stringify([...path.slice(0, -1), suggestion])] : [],
    ),
  );
  return problems.filter(
    ({ path, missingKey }) => missingKey === undefined || !meant.has(JSON.stringify([...path, missingKey])),
  );
}

/** Keys that stand beside the one that they belong under are one mistake: that one, which has nothing under it. */
function withoutOutdented(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const outdented = (empty: SchemaProblem): readonly SchemaProblem[] =>
    problems.filter(({ path, unknownKey }) => {
      const isBeside = path.length === empty.path.length && startsWith(path, empty.path.slice(0, -1));
      return unknownKey === true && isBeside && empty.emptyOf?.includes(String(path.at(-1))) === true;
    });
  const gone = new Set(problems.flatMap(outdented));
  return problems
    .filter((problem) => !gone.has(problem))
    .map((problem) => {
      const keys = outdented(problem).map(({ path }) => quoted(String(path.at(-1))));
      if (keys.length === 0) return problem;
      return { ...problem, hint: `indent ${keys.join(' and ')} below it` };
    });
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((part, index) => path[index] === part);
}

/** A JSON pointer as a path: a part is an index where the value there is a list. */
export function pathIn(value: unknown, pointer: string): Path {
  const path: (string | number)[] = [];
  let current = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(current) ? Number(key) : key);
    current =
      typeof current === 'object' && current !== null && Object.hasOwn(current, key)
        ? (current as Record<string, unknown>)[key]
        : undefined;
  }
  return path;
}
