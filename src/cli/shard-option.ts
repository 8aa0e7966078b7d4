/** Which part of the cases this machine runs: `2/5`. */
import { DrillError } from '../model/drill-error.js';
import type { ShardChoice } from '../run/shard.js';
import type { Given, Option } from './command.js';

const mostShards = 999;

export const shardOption: Option = {
  kind: 'text',
  description:
    'only the K-th of N parts of all cases, the others on other machines; `kong-drill merge` makes one report of them',
  value: 'K/N',
};

/** @returns `undefined` where nothing was said. @throws DrillError `usage` where it is no part of a whole. */
export function shardOf(given: Given): ShardChoice | undefined {
  const text = given.text('shard');
  if (text === undefined) return undefined;
  const [, index = 0, of = 0] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= mostShards) return { index, of };
  throw new DrillError(
    'usage',
    `--shard: expected K/N with K from 1 to N and N up to ${mostShards}, got ${JSON.stringify(text)}`,
    'on the second of five machines: --shard 2/5',
  );
}
