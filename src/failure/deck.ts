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

export function saidBy(result: CommandResult): Evidence {
  const said = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
  const tail = said.map((text) => text.slice(-shownCharacters)).join('; ');
  const ended = result.ok ? `exit code ${result.exitCode ?? 0}` : result.failure;
  return { source: 'decK itself', observed: tail === '' ? ended : `${ended}: ${tail}`, confirms: false };
}
