/** A Kong that does not take what the runner has to write before it can measure. */
import { DrillError } from '../model/drill-error.js';
import { inWords } from '../system/admin-api.js';
import type { AdminAnswer } from '../system/admin-api.js';

/** @param asked the request, and the answer that was expected: the words before `got`. */
export function refusedWrite(asked: string, answer: Pick<AdminAnswer, 'status' | 'text'>): DrillError {
  return new DrillError(
    'engine',
    `${asked} got ${inWords(answer)}`,
    'see whether the Admin API of this Kong can be written to',
  );
}
