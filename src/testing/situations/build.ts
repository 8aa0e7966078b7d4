/** How a situation is made: the believable run of journal-builder.ts with one thing changed. */
import type { Drill } from '../../model/drill.js';
import type { EventOf, KindComparison, NewEvent } from '../../model/journal.js';
import { change } from '../edited-cases.js';
import { exampleDrill, failedAtMs } from '../journal-builder.js';
import type { JournalShape } from '../journal-builder.js';

export type Situation = readonly [what: string, shape: JournalShape];

export type Edited<K extends NewEvent['kind']> = Partial<Extract<NewEvent, { kind: K }>>;
type DeclaredLoss = NonNullable<NonNullable<NonNullable<Drill['objectives']>['parity']>['declaredLoss']>;

/** One case in which every event of a kind is a little different. */
export function edited<K extends NewEvent['kind']>(
  kind: K,
  changes: Edited<K>,
  shape: JournalShape = {},
): JournalShape {
  return { ...shape, cases: [{ edit: change(kind, (event) => [{ ...event, ...changes }]) }] };
}

export function asking(
  objectives: Partial<NonNullable<Drill['objectives']>>,
  shape: JournalShape = {},
): JournalShape {
  return { ...shape, drill: { ...shape.drill, objectives: { ...exampleDrill.objectives, ...objectives } } };
}

export function comparing(...kinds: readonly KindComparison[]): JournalShape {
  return edited('comparison', { kinds: [...kinds] });
}

export function declaring(declared: Partial<DeclaredLoss[number]>, shape: JournalShape): JournalShape {
  const loss = { recovery: 'restore-db', kinds: ['routes'], reason: 'hashes', ...declared };
  return asking({ parity: { level: 'equivalent', declaredLoss: [loss] } }, shape);
}

export function recovering(stages: Drill['recovery'][string], shape: JournalShape = {}): JournalShape {
  return { ...shape, drill: { ...shape.drill, recovery: { 'restore-db': stages } } };
}

export type Intent = Pick<EventOf<'ledger-intent'>, 'op' | 'key'> &
  Partial<Pick<EventOf<'ledger-intent'>, 'via'>> & {
    readonly at: number;
    readonly outcome?: EventOf<'ledger-outcome'>['outcome'];
    readonly found?: EventOf<'ledger-read-back'>['changes'][number]['found'];
  };

/** The changes of the ledger, in place of the two that the example makes. */
export function changing(...intents: readonly Intent[]): JournalShape {
  const named = intents.map((intent, place) => ({ ...intent, change: `d${place}` }));
  const made = named.flatMap(({ at, change: id, op, key, via = 'admin-api', outcome = 'ok' }): NewEvent[] => [
    { t: failedAtMs - at, kind: 'ledger-intent', change: id, via, op, entity: 'consumers', key },
    { t: failedAtMs - at + 10, kind: 'ledger-outcome', change: id, outcome },
  ]);
  const changes = named.flatMap(({ change: id, found }) => (found ? [{ change: id, found }] : []));
  const edit = (event: NewEvent): readonly NewEvent[] => {
    if (event.kind === 'ledger-outcome') return [];
    if (event.kind === 'ledger-read-back') return [{ ...event, changes }];
    if (event.kind !== 'ledger-intent') return [event];
    const its = event.case === undefined ? {} : { case: event.case };
    return event.change === 'c1' ? made.map((it) => ({ ...it, ...its })) : [];
  };
  return { cases: [{ edit }] };
}

/** Adds events of the case after its comparison. */
export function adding(...events: readonly NewEvent[]): JournalShape {
  const edit = change('comparison', (event) => [
    event,
    ...events.map((it) => ({ ...it, ...(event.case === undefined ? {} : { case: event.case }) })),
  ]);
  return { cases: [{ edit }] };
}

/** A backup of one's own, of which nobody knows when it was taken. */
export const givenBackup = {
  origin: 'given',
  takenFromMs: undefined,
  takenToMs: undefined,
} as unknown as Edited<'artifact'>;
