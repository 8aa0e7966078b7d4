/**
 * A second opinion on parity: what `deck diff` would change in the recovered Kong to make it what it was.
 *
 *   back up: decK dumps Kong ─► diff at once: what decK always finds ·· compare: the same diff again
 *
 * decK only reads, after everything that is timed or asked of the proxy. Its copy holds secrets and goes with the case.
 */
import { join } from 'node:path';
import { deckDiff, deckDump } from '../engine/deck.js';
import { deckChanges, deckReport } from '../engine/deck-report.js';
import type { DeckChange } from '../engine/deck-report.js';
import type { Instruments } from '../measure/instruments.js';
import { belongsTo } from '../measure/instruments.js';
import type { Opinion } from '../model/journal.js';
import { readDeckFiles } from '../parity/deck-reader.js';
import { kindOfDeckWord } from '../parity/deck-words.js';
import { groupBy } from '../parity/group.js';
import { countByKind } from '../parity/snapshot.js';
import { failureInOneLine } from '../system/command-words.js';
import type { CaseContext } from './case-context.js';

/** Kong as it was, in decK's words. */
export interface DeckReference {
  readonly file: string;
  readonly held: Readonly<Record<string, number>>;
  /** What it differs in, by its own account, from the Kong that it was just taken of. */
  readonly usual: readonly DeckChange[];
}

const tool = 'deck';
const shownAtMost = 5;
/** decK names these by what opens the door. */
const secretWords = new Set(['key-auth', 'basic-auth', 'hmac-auth', 'jwt-auth', 'oauth2-cred', 'mtls-auth']);

/** @returns nothing where there is no decK, or it cannot see all workspaces at once. */
export async function referenceForDeck(context: CaseContext): Promise<DeckReference | undefined> {
  const { readiness, plan, lab, workFolder, signal, record } = context;
  if (!readiness.tools.has('deck') || plan.topology.workspaces.length > 1) return undefined;
  const file = join(workFolder, 'second-opinion.yaml');
  const limits = { limitMs: plan.limits.stepMs, signal };
  const dumped = await deckDump(lab, file, { ...limits, withIds: false });
  const usual = dumped.ok ? await differencesFrom(file, context) : failureInOneLine(dumped);
  if (typeof usual === 'string') {
    record({ kind: 'second-opinion', tool, kinds: [], error: usual });
    return undefined;
  }
  return { file, held: countByKind(await readDeckFiles([file], context)), usual };
}

/** Asks for the opinion, and records it. */
export async function askDeck(
  { file, held, usual }: DeckReference,
  context: CaseContext,
  instruments: Pick<Instruments, 'mark'>,
): Promise<void> {
  const found = await differencesFrom(file, context);
  if (typeof found === 'string') context.record({ kind: 'second-opinion', tool, kinds: [], error: found });
  else context.record({ kind: 'second-opinion', tool, kinds: opinions({ held, usual, found }, instruments) });
}

/** @returns why there are none to be had, as text. */
async function differencesFrom(
  file: string,
  { lab, plan, signal }: CaseContext,
): Promise<readonly DeckChange[] | string> {
  const result = await deckDiff(lab, file, { limitMs: plan.limits.stepMs, signal });
  if (!result.ok) return failureInOneLine(result);
  const { summary } = deckReport(result.stdout);
  if (!summary) return 'decK ended with 0 and printed no summary';
  const changes = deckChanges(result.stdout);
  const counted = summary.created + summary.updated + summary.deleted;
  return changes.length === counted
    ? changes
    : `decK counts ${counted} changes, and ${changes.length} of them could be read`;
}

interface Seen {
  readonly held: DeckReference['held'];
  readonly usual: readonly DeckChange[];
  readonly found: readonly DeckChange[];
}

/** By kind, without the runner's own entities. Pure. */
export function opinions({ held, usual, found }: Seen, instruments: Pick<Instruments, 'mark'>): Opinion[] {
  const byKind = (changes: readonly DeckChange[]) =>
    groupBy(
      changes.filter((change) => !isOurs(change, instruments)),
      ({ word }) => kindOfDeckWord(word),
    );
  const [before, after] = [byKind(usual), byKind(found)];
  const kinds = new Set([...Object.keys(held), ...before.keys(), ...after.keys()]);
  return [...kinds].map((kind) => {
    const changes = after.get(kind) ?? [];
    const count = (op: DeckChange['op']) => changes.filter((change) => change.op === op).length;
    return {
      kind,
      held: held[kind] ?? 0,
      usual: before.get(kind)?.length ?? 0,
      created: count('created'),
      updated: count('updated'),
      deleted: count('deleted'),
      first: changes.slice(0, shownAtMost).map(wordsOf),
    };
  });
}

function isOurs({ entity, owner }: DeckChange, { mark }: Pick<Instruments, 'mark'>): boolean {
  return belongsTo(entity, mark) || belongsTo(owner.replace(/^\S+ /, ''), mark);
}

function wordsOf({ op, word, entity, owner }: DeckChange): string {
  const name = secretWords.has(word) ? '' : ` ${entity}`;
  const of = owner === '' ? '' : ` for ${owner}`;
  return `${op} ${word}${name}${of}`;
}
