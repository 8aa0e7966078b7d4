/** decK as the culprit: what it says of its own deed is kept, and proves nothing. */
import type { Evidence } from '../model/journal.js';
import type { CommandResult } from '../system/command.js';
import type { Rows } from './rows.js';

/** How things stood before, and what decK said of what it did. */
export interface DeckDeed {
  readonly before: Rows;
  readonly said: Evidence;
}

/** A deed that takes longer than this is no accident any more. */
export const toolLimitMs = 120_000;

const shownCharacters = 300;
/** decK breaks off where an entity that it means to delete or change is gone by then: somebody else was faster. */
const overtaken = /while processing event: .*failed: HTTP status 404/;
const attemptsAtMost = 5;

/**
 * Does the deed again as long as others get in its way, as its culprit would: changes go on meanwhile, those of the runner's
 * own ledger above all. What fails for another reason is left at that.
 */
export async function untilThrough(deed: () => Promise<CommandResult>): Promise<CommandResult> {
  let result = await deed();
  for (let attempt = 1; attempt < attemptsAtMost && wasOvertaken(result); attempt += 1) result = await deed();
  return result;
}

function wasOvertaken({ ok, stdout, stderr }: CommandResult): boolean {
  return !ok && overtaken.test(`${stdout}\n${stderr}`);
}

export function saidBy(result: CommandResult): Evidence {
  const said = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
  const tail = said.map((text) => text.slice(-shownCharacters)).join('; ');
  const ended = result.ok ? `exit code ${result.exitCode ?? 0}` : result.failure;
  return { source: 'decK itself', observed: tail === '' ? ended : `${ended}: ${tail}`, confirms: false };
}
