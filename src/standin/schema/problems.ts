/** What is wrong with a value: a message, or one per field (`@entity` for those across fields). */
export type Problem = string | Problems | (Problem | null)[];
export interface Problems {
  [field: string]: Problem;
}

/** `2 schema violations (host: required field missing; …)`, sorted as Kong does. */
export function summary(problems: Problems): string {
  const lines = flatten(problems, '');
  const head = lines.length === 1 ? 'schema violation' : `${lines.length} schema violations`;
  return `${head} (${lines.join('; ')})`;
}

function flatten(problem: Problem, path: string): string[] {
  if (typeof problem === 'string') return [path === '' ? problem : `${path}: ${problem}`];
  const dot = path === '' ? '' : `${path}.`;
  if (Array.isArray(problem)) {
    return problem.flatMap((item, index) => (item === null ? [] : flatten(item, `${dot}${index + 1}`)));
  }
  return Object.entries(problem)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, inner]) => (key === '@entity' ? entityLines(inner) : flatten(inner, `${dot}${key}`)));
}

const entityLines = (inner: Problem): string[] =>
  Array.isArray(inner) ? inner.filter((line) => typeof line === 'string') : [];
