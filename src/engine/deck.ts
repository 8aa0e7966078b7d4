/**
 * decK's two command lines: `deck sync -s FILE` up to 1.27 and `deck gateway sync FILE` since. The binary is asked which it has.
 * Text output on purpose: with `--json-output` a failed sync exits 0, and the output holds private keys.
 */
import type { CommandResult } from '../system/command.js';
import type { Lab, ToolCall } from './engine.js';

export interface DeckCall {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly selectTags?: readonly string[];
  /** Admin API node to talk to; 1 by default. */
  readonly node?: number;
}

/** Whether this decK has the new command line. */
export async function hasGatewayCommand(lab: Lab, call: DeckCall): Promise<boolean> {
  const answer = await lab.tool({ ...limits(call), tool: 'deck', args: () => ['gateway', 'sync', '--help'] });
  return answer.ok && answer.stdout.includes('deck gateway sync');
}

/** Syncs files or folders to Kong, as one configuration: all of one workspace, for decK refuses two. */
export async function deckSync(lab: Lab, paths: readonly string[], call: DeckCall): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  return run(lab, call, {
    reads: paths,
    args: (seen) =>
      gateway
        ? ['gateway', 'sync', ...paths.map(seen)]
        : ['sync', ...paths.flatMap((path) => ['-s', seen(path)])],
  });
}

/** Dumps Kong's configuration into a file that must not exist yet: a dump that fails leaves an old one in place. */
export async function deckDump(lab: Lab, file: string, call: DumpCall): Promise<CommandResult> {
  const words = await dumpWords(lab, call);
  return run(lab, call, { writes: [file], args: (seen) => [...words, '-o', seen(file)] });
}

/** Dumps each workspace into `<workspace>.yaml` in an empty folder: decK writes them into its current one, and nowhere else. */
export async function deckDumpAll(lab: Lab, folder: string, call: DumpCall): Promise<CommandResult> {
  const words = await dumpWords(lab, call);
  return run(lab, call, {
    writes: [folder],
    runsIn: folder,
    args: () => [...words, '--all-workspaces'],
  });
}

type DumpCall = DeckCall & { readonly withIds: boolean };

async function dumpWords(lab: Lab, call: DumpCall): Promise<readonly string[]> {
  const gateway = await hasGatewayCommand(lab, call);
  return [...(gateway ? ['gateway', 'dump'] : ['dump']), '--yes', ...(call.withIds ? ['--with-id'] : [])];
}

/** What a sync of the file would change, which this does not. */
export async function deckDiff(lab: Lab, file: string, call: DeckCall): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  return run(lab, call, {
    reads: [file],
    args: (seen) => (gateway ? ['gateway', 'diff', seen(file)] : ['diff', '-s', seen(file)]),
  });
}

/** Deletes everything that decK knows: in the default workspace, another one, or all of them. */
export async function deckReset(lab: Lab, call: DeckCall & { which?: ResetOf }): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  const { which } = call;
  const workspace =
    which === undefined ? [] : which === 'all' ? ['--all-workspaces'] : ['--workspace', which.workspace];
  return run(lab, call, {
    args: () => [...(gateway ? ['gateway', 'reset'] : ['reset']), '--force', ...workspace],
  });
}

export type ResetOf = 'all' | { readonly workspace: string };

interface Words extends Pick<ToolCall, 'reads' | 'writes' | 'runsIn'> {
  readonly args: (path: (file: string) => string) => readonly string[];
}

function run(lab: Lab, call: DeckCall, words: Words): Promise<CommandResult> {
  const tags = (call.selectTags ?? []).flatMap((tag) => ['--select-tag', tag]);
  const { args, ...files } = words;
  return lab.tool({
    ...limits(call),
    tool: 'deck',
    ...files,
    args: (seen) => [
      ...args(seen.path),
      ...tags,
      '--kong-addr',
      seen.adminUrl(call.node),
      '--analytics=false',
      '--no-color',
    ],
  });
}

function limits(call: DeckCall): Pick<ToolCall, 'limitMs' | 'signal'> {
  return { limitMs: call.limitMs, signal: call.signal };
}
