/** The text of a drill file → a drill, or all that is wrong with it. Pure. */
import type { Drill } from '../model/drill.js';
import { checkMeaning } from './checks/index.js';
import type { PathFound } from './checks/check.js';
import { formatPath, inOrder } from './problem.js';
import type { LocatedProblem, Path, Problem } from './problem.js';
import { salvage } from './salvage.js';
import { checkSchema } from './schema-check.js';
import { readYaml } from './yaml-text.js';
import type { YamlText } from './yaml-text.js';

export type ParsedDrill =
  | { readonly ok: true; readonly drill: Drill }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

export interface ParseOptions {
  /** Looks for a path beside the drill file; without it no path is looked for. */
  readonly look?: (path: string) => PathFound;
}

/** More than anybody reads at once. */
const shownProblems = 200;

/** `file` is only what problems are reported under. Never throws, whatever the text. */
export function parseDrillFile(file: string, text: string, options: ParseOptions = {}): ParsedDrill {
  const yaml = readYaml(text);
  const broken = yaml.problems.map((problem) => ({ file, where: '', ...problem }));
  if (!yaml.content) return { ok: false, problems: inOrder(broken) };
  const { drill, problems } = check(yaml.content.value, options);
  const located = problems.slice(0, shownProblems).map((problem) => locate(file, problem, yaml));
  const all = inOrder([...broken, ...located]);
  return drill && all.length === 0 ? { ok: true, drill } : { ok: false, problems: all };
}

interface Checked {
  readonly drill?: Drill;
  readonly problems: readonly Problem[];
}

/** By the schema, then for what is not available, then for what it means; each as far as the one before left something. */
function check(value: unknown, { look }: ParseOptions): Checked {
  const schema = checkSchema(value);
  const problems = schema.ok ? [] : schema.problems;
  const left = schema.ok
    ? { drill: schema.drill, without: [], original: (path: Path) => path }
    : salvage(value, problems);
  if (!left) return { problems };
  const context = look ? { drill: left.drill, look } : { drill: left.drill };
  const more = checkMeaning(context, left.without);
  const all = [...problems, ...more.map((problem) => ({ ...problem, path: left.original(problem.path) }))];
  return schema.ok ? { drill: schema.drill, problems: all } : { problems: all };
}

function locate(file: string, problem: Problem, yaml: YamlText): LocatedProblem {
  const { path, at, message, suggestion, hint } = problem;
  return {
    file,
    ...yaml.locate(path, at),
    where: formatPath(path),
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(hint === undefined ? {} : { hint }),
  };
}
