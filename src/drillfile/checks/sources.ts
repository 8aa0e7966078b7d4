/** Where artifacts come from, and whether it is there. */
import type { Artifact } from '../../model/drill-recovery.js';
import type { Path, Problem } from '../problem.js';
import { alternatives, nearest, quoted } from '../words.js';
import { valueProblem } from './check.js';
import type { Check, PathFound } from './check.js';

export const artifactSources: Check = {
  reads: [['artifacts']],
  find: ({ drill }) =>
    Object.entries(drill.artifacts ?? {}).flatMap(([name, artifact]) =>
      sourceProblems(artifact, ['artifacts', name]),
    ),
};

export const pathsThere: Check = {
  reads: [],
  find: ({ drill, look }) => {
    if (!look) return [];
    const { state, artifacts = {}, topology, failure } = drill;
    const paths: (readonly [Path, string | undefined])[] = [
      [['state', 'deck'], state.deck],
      [['state', 'databaseDump'], state.databaseDump],
      [['state', 'pipeline'], state.pipeline],
      ...Object.entries(artifacts).map(
        ([name, { path, git }]) =>
          [['artifacts', name, 'path'], git === undefined ? path : undefined] as const,
      ),
      ...Object.entries(topology?.kong?.files ?? {}).map(
        ([inKong, path]) => [['topology', 'kong', 'files', inKong], path] as const,
      ),
      ...failure.map(
        (one, index) =>
          [['failure', index, 'file'], one.kind === 'wrong-sync' ? one.file : undefined] as const,
      ),
    ];
    return paths.flatMap(([path, written]) =>
      written === undefined ? [] : missing(path, written, look(written)),
    );
  },
};

function sourceProblems(artifact: Artifact, at: Path): readonly Problem[] {
  const given = (['path', 'git', 'command'] as const).filter((key) => artifact[key] !== undefined);
  if (artifact.command !== undefined && given.length > 1) {
    return [
      valueProblem(
        at,
        `expected one of path, git and command, got ${given.join(' and ')}`,
        'keep one of them; `git` may have a `path` within the repository',
      ),
    ];
  }
  if (artifact.revision !== undefined && artifact.git === undefined) {
    return [{ ...idle(at, 'revision', 'an artifact that is in no git repository'), hint: 'name it: `git:`' }];
  }
  if (artifact.kind === 'database' && artifact.method === 'physical' && given.length > 0) {
    return [
      valueProblem(
        [...at, 'method'],
        'a base backup of your own cannot be used: its server has passwords that the lab does not know',
        'give a dump (`pg_dump --format=custom`), or let the drill take the base backup',
      ),
    ];
  }
  if (artifact.kind === 'pipeline') return pipelineProblems(artifact, at);
  const keys =
    given.length === 0
      ? ['sha256', 'decrypt', 'createdAt'].filter((key) => Object.hasOwn(artifact, key))
      : [];
  return keys.map((key) => idle(at, key, 'an artifact that the drill takes itself'));
}

function pipelineProblems(
  { path, git, command, steps }: Extract<Artifact, { kind: 'pipeline' }>,
  at: Path,
): readonly Problem[] {
  const expected = (message: string, hint: string) => [
    valueProblem(at, `the key "path" is missing: ${message}`, hint),
  ];
  if (git === undefined) {
    if (steps !== undefined)
      return [
        { ...idle(at, 'steps', 'recorded runs, which have their own'), hint: 'name a repository: `git:`' },
      ];
    if (path !== undefined || command !== undefined) return [];
    const hint = 'name the folder of recorded runs, as in `path: fixtures/pipelines`';
    return expected('a drill can replay recorded runs, not record them', hint);
  }
  if (path !== undefined || steps !== undefined) return [];
  const hint = 'name it, as in `path: kong.yaml`, or say what the pipeline does: `steps:`';
  return expected('which decK file of the repository does each commit sync?', hint);
}

function idle(at: Path, key: string, where: string): Problem {
  return {
    path: [...at, key],
    at: 'key',
    message: `\`${key}\` means nothing for ${where}`,
    hint: `leave it away, or name ${alternatives(['path', 'git', 'command'])}`,
  };
}

function missing(path: Path, written: string, found: PathFound): readonly Problem[] {
  if (found.exists) return [];
  const name = written.split('/').findLast((part) => part !== '') ?? written;
  const guess = nearest(name, found.neighbours);
  const problem = valueProblem(
    path,
    `expected a file or folder, found nothing at ${quoted(written)}`,
    'paths are relative to the drill file',
  );
  return [guess === undefined ? problem : { ...problem, suggestion: written.replace(/[^/]+\/*$/, guess) }];
}
