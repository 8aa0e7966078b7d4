/** The shards of a merged run: each holds as it did on its machine, they fit together, and the merged journal is what theirs give. */
import { journalFileName } from '../journal/journal.js';
import { messageOf } from '../model/drill-error.js';
import type { RunResult } from '../model/verdict.js';
import { checkOf, unproven } from './check.js';
import type { Check } from './check.js';
import { expectOneRun } from './fitting-shards.js';
import { mergedLines } from './merged-journal.js';
import { keptShard } from './shard-folders.js';
import { eventsOf, readShardRun } from './shard-run.js';
import type { ShardRun } from './shard-run.js';
import { checkSignature } from './signature.js';

export interface ShardChecks {
  readonly publicKeyPems: readonly string[];
  /** Verifies one shard, without a key. */
  readonly verify: (folder: string) => Promise<{ readonly checks: readonly Check[] }>;
}

/** No check at all of a run that was not merged. */
export async function checkShards(
  folder: string,
  result: RunResult | undefined,
  checks: ShardChecks,
): Promise<Check[]> {
  if (!result?.merged) return [];
  const kept: ShardRun[] = [];
  const faults: string[] = [];
  const notes: string[] = [];
  for (const { index } of result.merged.shards) {
    const own = await keptShard(folder, index);
    const found = own === undefined ? gone : await findings(own, checks);
    faults.push(...found.faults.map((it) => `shard ${index}: ${it}`));
    notes.push(...found.notes.map((it) => `shard ${index}: ${it}`));
    if (found.run) kept.push(found.run);
  }
  if (faults.length === 0) faults.push(...mergeFaults(folder, result, kept));
  if (faults.length > 0) return [checkOf('shards', faults)];
  return [notes.length > 0 ? unproven('shards', ...notes) : checkOf('shards', [])];
}

interface Findings {
  readonly faults: readonly string[];
  /** What is unproven, or what a reader must know. */
  readonly notes: readonly string[];
  readonly run?: ShardRun;
}

const gone: Findings = { faults: ['its evidence is missing'], notes: [] };

async function findings(folder: string, { publicKeyPems, verify }: ShardChecks): Promise<Findings> {
  const { checks } = await verify(folder);
  const detailsOf = (verdict: Check['verdict']) =>
    checks.filter((it) => it.name !== 'signature' && it.verdict === verdict).flatMap((it) => it.details);
  const signature = await signatureOf(folder, publicKeyPems);
  const faults = [...detailsOf('bad'), ...signature.faults];
  const notes = [...detailsOf('unproven'), ...detailsOf('good'), ...signature.notes];
  try {
    return { faults, notes, run: await readShardRun(folder) };
  } catch (error) {
    return { faults: [...faults, messageOf(error)], notes };
  }
}

async function signatureOf(folder: string, publicKeyPems: readonly string[]): Promise<Findings> {
  const states = await Promise.all(publicKeyPems.map((pem) => checkSignature(folder, pem)));
  if (states.length === 0 || states.includes('good')) return { faults: [], notes: [] };
  return states.includes('bad')
    ? { faults: ['its signature is not by one of these keys, or not of its manifest'], notes: [] }
    : { faults: [], notes: ['its machine did not sign it: whoever merged it vouches for it'] };
}

function mergeFaults(
  folder: string,
  { runId, tool, merged }: RunResult,
  shards: readonly ShardRun[],
): readonly string[] {
  try {
    if (shards.length !== merged?.shards.length) return ['not every shard is there'];
    expectOneRun(shards, tool);
  } catch (error) {
    return [messageOf(error)];
  }
  const expected = mergedLines(shards, runId);
  let line = 0;
  for (const event of eventsOf({ folder })) {
    line += 1;
    if (`${JSON.stringify(event)}\n` !== expected.next().value)
      return [`${journalFileName}:${line} is not what the journals of the shards give`];
  }
  return expected.next().done === true ? [] : [`${journalFileName} ends before those of the shards`];
}
