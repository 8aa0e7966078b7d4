/** A result as it was written, against its schema: what is drawn from it cannot trip over it. */
import { runResultSchema } from '../model/verdict.js';
import type { RunResult } from '../model/verdict.js';

/** @returns the result; `undefined` where it is none of this version. */
export async function checkedResult(value: unknown): Promise<RunResult | undefined> {
  const isResult = await (resultCheck ??= compile());
  return isResult(value) ? value : undefined;
}

type ResultCheck = (value: unknown) => value is RunResult;

let resultCheck: Promise<ResultCheck> | undefined;

async function compile(): Promise<ResultCheck> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  return new Ajv2020({ strict: false }).compile<RunResult>(runResultSchema);
}
