/** All commands, in groups: the literal maps that usage is printed from, and that load a command when it is used. */
import type { Command } from './command.js';

interface Entry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: Command }>;
}

type Entries = Readonly<Record<string, Entry>>;

const start = {
  init: {
    summary: 'write a drill for the Kong that is found here, and the CI job that runs it',
    load: () => import('./commands/init.js'),
  },
  doctor: {
    summary: 'look for what drills need, and say how to get what is missing',
    load: () => import('./commands/doctor.js'),
  },
  list: {
    summary: 'list the drills of a folder, with their tags and recovery paths',
    load: () => import('./commands/list.js'),
  },
  validate: {
    summary: 'check drill files, and say all that is wrong with them',
    load: () => import('./commands/validate.js'),
  },
  plan: {
    summary: 'show every step and command of a drill; touches nothing',
    load: () => import('./commands/plan.js'),
  },
  run: {
    summary: 'run drills: destroy, recover, measure, judge',
    load: () => import('./commands/run.js'),
  },
} as const satisfies Entries;

const evidence = {
  report: {
    summary: 'draw the reports of a run again from its journal, also of a killed run',
    load: () => import('./commands/report.js'),
  },
  history: {
    summary: 'the trend of each drill and path, and which evidence is stale',
    load: () => import('./commands/history.js'),
  },
  verify: {
    summary: 'verify the evidence of runs, offline: digests, signature, index, every figure',
    load: () => import('./commands/verify.js'),
  },
  'sign-off': {
    summary: 'add a signed, dated note of a person to the evidence of a run',
    load: () => import('./commands/sign-off.js'),
  },
  audit: {
    summary: 'one pack for a period: all runs, coverage, failures and retests, holes',
    load: () => import('./commands/audit.js'),
  },
  merge: {
    summary: 'put the shards of a run together: one run, one report, with the evidence of all',
    load: () => import('./commands/merge.js'),
  },
} as const satisfies Entries;

const comparing = {
  snapshot: {
    summary: 'read all that a Kong, its database, a decK file or a dump holds; changes nothing',
    load: () => import('./commands/snapshot.js'),
  },
  compare: {
    summary: 'say what differs between two snapshots, or two sources read in one go',
    load: () => import('./commands/compare.js'),
  },
} as const satisfies Entries;

const more = {
  explain: {
    summary: 'say what a field of a drill file means, what it takes, and its default',
    load: () => import('./commands/explain.js'),
  },
  sabotage: {
    summary: 'attack the recoveries of drills, and tell what they see of it',
    load: () => import('./commands/sabotage.js'),
  },
  clean: {
    summary: 'remove what killed runs have left behind, and what run --keep has kept',
    load: () => import('./commands/clean.js'),
  },
  completion: {
    summary: 'print what makes bash or zsh complete commands and options',
    load: () => import('./commands/completion.js'),
  },
} as const satisfies Entries;

export const commands = { ...start, ...evidence, ...comparing, ...more };

/** As usage shows them. */
export const commandGroups: readonly (readonly [title: string, commands: Entries])[] = [
  ['To start', start],
  ['Evidence', evidence],
  ['Compare', comparing],
  ['More', more],
];

export type CommandName = keyof typeof commands;
export const commandNames = Object.keys(commands) as CommandName[];

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}
