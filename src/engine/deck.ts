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

/** Syncs a file or folder to Kong. */
export async function deckSync(lab: Lab, path: string, call: DeckCall): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  return run(lab, call, {
    reads: [path],
    args: (seen) => (gateway ? ['gateway', 'sync', seen(path)] : ['sync', '-s', seen(path)]),
  });
}

/** Dumps Kong's configuration into a file that must not exist yet: a dump that fails leaves an old one in place. */
export async function deckDump(
  lab: Lab,
  file: string,
  call: DeckCall & { withIds: boolean },
): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  const ids = call.withIds ? ['--with-id'] : [];
  return run(lab, call, {
    writes: [file],
    args: (seen) => [...(gateway ? ['gateway', 'dump'] : ['dump']), '-o', seen(file), '--yes', ...ids],
  });
}

/** Deletes everything that decK knows, or all of it in one workspace. */
export async function deckReset(lab: Lab, call: DeckCall & { workspace?: string }): Promise<CommandResult> {
  const gateway = await hasGatewayCommand(lab, call);
  const workspace = call.workspace === undefined ? [] : ['--workspace', call.workspace];
  return run(lab, call, {
    args: () => [...(gateway ? ['gateway', 'reset'] : ['reset']), '--force', ...workspace],
  });
}

interface Words {
  readonly args: (path: (file: string) => string) => readonly string[];
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
}

function run(lab: Lab, call: DeckCall, words: Words): Promise<CommandResult> {
  const tags = (call.selectTags ?? []).flatMap((tag) => ['--select-tag', tag]);
  return lab.tool({
    ...limits(call),
    tool: 'deck',
    ...(words.reads ? { reads: words.reads } : {}),
    ...(words.writes ? { writes: words.writes } : {}),
    args: (seen) => [
      ...words.args(seen.path),
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
