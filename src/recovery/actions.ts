/** All recovery actions, by their kind. */
import type { RecoveryAction } from '../model/plan.js';
import { createWorkspaces } from './create-workspaces.js';
import { deckSync } from './deck-sync.js';
import { fetch } from './fetch.js';
import { kong } from './kong.js';
import { migrate } from './migrate.js';
import { pgRestore } from './pg-restore.js';
import { makeRoom, mendNetwork, provisionPostgres, recreateDatabase, restartPostgres } from './postgres.js';
import { outcomeOf } from './recovery.js';
import type { Act, ActionKind, Outcome, RecoveryContext } from './recovery.js';
import { replay } from './replay.js';
import { restoreDataFolder } from './restore-data-folder.js';

const command: Act<'command'> = async (action, { lab, folder, limitMs, signal }) =>
  outcomeOf(await lab.command({ command: action.command, cwd: folder, limitMs, signal }));

const acts: { readonly [K in ActionKind]: Act<K> } = {
  fetch,
  'provision-postgres': provisionPostgres,
  'restart-postgres': restartPostgres,
  'mend-network': mendNetwork,
  'make-room': makeRoom,
  'recreate-database': recreateDatabase,
  'restore-data-folder': restoreDataFolder,
  'pg-restore': pgRestore,
  migrate,
  kong,
  'create-workspaces': createWorkspaces,
  'deck-sync': deckSync,
  replay,
  command,
};

/** Does one action. @throws what the engine throws, and the signal's reason. */
export function perform(action: RecoveryAction, context: RecoveryContext): Promise<Outcome> {
  const act = acts[action.kind] as Act<ActionKind>;
  return act(action, context);
}
