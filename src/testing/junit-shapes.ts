/** The ways in which a run ends, as a JUnit file has to tell them. */
import type { NewEvent } from '../model/journal.js';
import { exampleDrill, kindComparison } from './journal-builder.js';
import type { JournalShape } from './journal-builder.js';

/** Text that breaks XML where it is not guarded against. */
export const nasty = 'a]]>b \u001b[31mred\u001b[0m \u0000\u0008 <&"\'> \ud800 \uffff 😀';
const stage = exampleDrill.recovery['restore-db'] ?? [];
const two = { 'restore-db': stage, 'replay-ci': stage };

function edited(kind: NewEvent['kind'], fields: object) {
  return (event: NewEvent): readonly NewEvent[] =>
    event.kind === kind ? [{ ...event, ...fields }] : [event];
}

const missedEdit = edited('comparison', {
  kinds: [
    kindComparison('routes', {
      missing: 1,
      after: 11,
      differences: [{ change: 'missing', kind: 'routes', entity: nasty }],
    }),
  ],
});

export const junitShapes: Readonly<Record<string, JournalShape>> = {
  met: {},
  missed: { cases: [{ edit: missedEdit }] },
  'missed, not required': {
    drill: { require: 'any', recovery: two },
    cases: [{}, { recovery: 'replay-ci', edit: missedEdit }],
  },
  inconclusive: { cases: [{ edit: edited('steady-state', { from: 29_000 }) }] },
  skipped: { skipped: [{ recovery: 'replay-ci', reason: `deck is missing ${nasty}` }], cases: [] },
  crashed: { cases: [{ edit: edited('case-ended', { outcome: 'failed', error: nasty, hint: nasty }) }] },
  interrupted: { cases: [{ cutAt: 'snapshot' }], ended: false },
  repeated: { cases: [{}, { repetition: 2, outage: { fromMs: 500, toMs: 9_000 } }, { repetition: 3 }] },
};
