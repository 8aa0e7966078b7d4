/** One difference on a line, as a person would say it. */
import type { Difference } from './journal.js';

export function differenceLine(it: Difference): string {
  const where =
    it.workspace === undefined || it.workspace === 'default' ? '' : ` (workspace ${it.workspace})`;
  const fields = (it.fields ?? []).map(({ field, before, after }) => `${field}: ${before} → ${after}`);
  const tail = fields.length === 0 ? '' : `: ${fields.join('; ')}`;
  return `${it.change}: ${it.kind} ${it.entity}${where}${tail}`;
}
