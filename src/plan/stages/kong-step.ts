/** The step that brings Kong back: each node according to what is left of it. */
import type { NodeAction, RecoveryStep, Topology } from '../../model/plan.js';
import { leastTimesMs } from '../least-times.js';
import type { Fate } from '../survivors.js';
import type { KongChoice } from './stage-planner.js';

export interface KongOptions {
  readonly nodes: readonly Fate[];
  readonly choice: KongChoice | undefined;
  /** Whether the database under Kong is another one than before this stage. */
  readonly newDatabase: boolean;
  readonly topology: Topology;
  readonly kongVersion?: string | undefined;
}

/** The `kong` step, or none where every node is kept as it is. */
export function kongStep(options: KongOptions): readonly RecoveryStep[] {
  const kongVersion = options.kongVersion ?? options.topology.kong.version;
  const isNewVersion = kongVersion !== options.topology.kong.version;
  const nodes = options.nodes.map((fate) => (isNewVersion ? 'provision' : nodeAction(fate, options)));
  if (nodes.every((action) => action === 'keep')) return [];
  return [
    {
      step: 'kong',
      title: titleOf(nodes, kongVersion),
      commands: nodes.includes('reload') ? [['kong', 'reload']] : [],
      leastMs: Math.max(...nodes.map((action) => leastMsOf[action])),
      action: { kind: 'kong', nodes, kongVersion },
    },
  ];
}

const chosen: Readonly<Record<KongChoice, NodeAction>> = {
  restart: 'restart',
  keep: 'keep',
  reload: 'reload',
  'clear-cache': 'clear-cache',
  new: 'provision',
};

const leastMsOf: Readonly<Record<NodeAction, number>> = {
  keep: 0,
  start: leastTimesMs.kongStart,
  restart: leastTimesMs.kongStart,
  reload: leastTimesMs.kongReload,
  'clear-cache': 0,
  provision: leastTimesMs.kongStart,
};

function nodeAction(fate: Fate, { choice, newDatabase }: KongOptions): NodeAction {
  switch (fate) {
    case 'lost':
      return 'provision';
    case 'stopped':
    case 'full':
    case 'broken':
      return choice === 'new' ? 'provision' : 'start';
    case 'frozen':
      return choice === 'new' ? 'provision' : 'restart';
    case 'running':
      return chosen[choice ?? 'restart'];
    case 'recovered':
      // An earlier stage has just started it: only a new database underneath asks for more.
      return chosen[choice ?? (newDatabase ? 'restart' : 'keep')];
  }
}

const verbs: Readonly<Record<NodeAction, string>> = {
  keep: 'keep',
  start: 'start',
  restart: 'restart',
  reload: 'reload',
  'clear-cache': 'clear the caches of',
  provision: 'start a new',
};

function titleOf(nodes: readonly NodeAction[], version: string): string {
  const parts = [...new Set(nodes)].map((action) => {
    const names = nodes.flatMap((own, index) => (own === action ? [`kong-${index + 1}`] : []));
    const suffix = action === 'provision' ? ` (Kong ${version})` : '';
    return `${verbs[action]} ${names.join(' and ')}${suffix}`;
  });
  return parts.join(', ');
}
