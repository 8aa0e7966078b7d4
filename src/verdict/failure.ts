/** Whether what was to be destroyed is really gone, and did to the probes what the drill expects. */
import { impactOf } from '../measure/rto.js';
import type { EventOf, StreamClock } from '../model/journal.js';
import { streamClockWords } from '../model/journal.js';
import type { ObjectiveResult } from '../model/verdict.js';
import type { CaseFacts } from './facts.js';
import { inconclusive, met, notRun } from './objective.js';
import type { Objectives } from './objectives.js';
import { watchContext, watchedStreams } from './samples.js';

const subject = { group: 'failure-confirmed', title: 'Failure confirmed' } as const;

export function judgeFailure(facts: CaseFacts, objectives: Objectives): ObjectiveResult {
  if (facts.issued.length === 0)
    return notRun(subject, 'Nothing was destroyed: the run did not get that far.');
  const details = facts.confirmations.flatMap(evidenceLines);
  const unproven = facts.issued.filter((issued) => !confirmationOf(facts, issued)?.confirmed);
  if (unproven.length > 0) {
    const names = unproven.map((issued) => nameOf(issued)).join(', ');
    return inconclusive(subject, `Not proved to have happened: ${names}.`, details);
  }
  const impacts = streamClockWords.map((clock) => impactOn(facts, clock, objectives));
  const wrong = impacts.filter((impact) => impact.contradicts);
  const names = facts.issued.map((issued) => nameOf(issued)).join(', then ');
  const seen = impacts.map((impact) => impact.text);
  if (wrong.length > 0) {
    return inconclusive(subject, `${names}: ${wrong.map((impact) => impact.text).join('; ')}.`, [
      ...details,
      ...seen,
    ]);
  }
  return met(subject, `${names}: confirmed by ${sourcesOf(facts)}.`, [...details, ...seen]);
}

/** An impact that the drill says there is none of, and that was seen all the same: a finding, whatever the verdict. */
export function unexpectedImpacts(facts: CaseFacts, objectives: Objectives): readonly string[] {
  return streamClockWords
    .filter(
      (clock) => objectives.impact[clock] === 'none' && impactSeen(clock, facts, objectives) === 'outage',
    )
    .map((clock) => `The drill expects no outage of ${words[clock]} before recovery, and there was one.`);
}

export const nameOf = (event: { readonly failure: string; readonly target: string }): string =>
  event.failure.includes(event.target) ? event.failure : `${event.failure} ${event.target}`;

export function confirmationOf(
  facts: CaseFacts,
  issued: EventOf<'failure-issued'>,
): EventOf<'failure-confirmed'> | undefined {
  return facts.confirmations.findLast(
    (it) => it.failure === issued.failure && it.target === issued.target && it.seq > issued.seq,
  );
}

const words: Readonly<Record<StreamClock, string>> = {
  traffic: 'traffic',
  config: 'configuration changes',
  uncached: 'requests that need the database',
};

function impactOn(facts: CaseFacts, clock: StreamClock, objectives: Objectives) {
  const expected = objectives.impact[clock];
  const seen = impactSeen(clock, facts, objectives);
  const observed = { outage: 'an outage seen', none: 'no outage seen', unknown: 'not watched' }[seen];
  const text =
    expected === 'undeclared'
      ? `${words[clock]}: ${observed} before recovery`
      : `${words[clock]}: ${expected === 'none' ? 'no outage' : 'an outage'} expected, ${observed} before recovery`;
  return { text, contradicts: expected === 'outage' && seen !== 'outage' };
}

/** Only what came before recovery is the disaster's own work. */
function impactSeen(clock: StreamClock, facts: CaseFacts, objectives: Objectives) {
  const context = watchContext(facts, objectives);
  if (!context) return 'unknown';
  const recoverMs = facts.phases.find((span) => span.phase === 'recover')?.startedMs ?? facts.lastMs;
  return impactOf(clock, watchedStreams(facts), { ...context, recoverMs });
}

function evidenceLines(event: EventOf<'failure-confirmed'>): string[] {
  return event.evidence.map(
    (it) =>
      `${nameOf(event)}: ${it.source}: ${it.observed}${it.confirms ? '' : ' (does not show that it is gone)'}`,
  );
}

function sourcesOf(facts: CaseFacts): string {
  const sources = facts.confirmations.flatMap((event) => event.evidence.filter((it) => it.confirms));
  return [...new Set(sources.map((it) => it.source))].join(', ') || 'nothing but the engine itself';
}
