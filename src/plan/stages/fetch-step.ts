/** The step that a path begins with where its artifact has to be fetched first, as in real life. */
import type { Artifact } from '../../model/drill-recovery.js';
import type { RecoveryStep } from '../../model/plan.js';
import { fetchCommands } from '../commands.js';

export function fetchSteps(name: string, artifact: Artifact | undefined): readonly RecoveryStep[] {
  const commands = artifact ? fetchCommands(name, artifact) : [];
  if (!artifact || commands.length === 0) return [];
  return [
    {
      step: 'fetch',
      title: `${verbOf(artifact)} ${name}`,
      commands,
      leastMs: 0,
      action: { kind: 'fetch', artifact: name },
    },
  ];
}

function verbOf({ git, command, decrypt }: Artifact): string {
  const had = git === undefined ? (command === undefined ? [] : ['fetch']) : ['clone'];
  return [...had, ...(decrypt === undefined ? [] : ['decrypt'])].join(' and ');
}
