/** One run's journal, taken apart as if several machines had made it. */
import type { EventOf, JournalEvent } from '../model/journal.js';

/**
 * The events of each shard; case n falls to shard n mod `of`.
 * @param edit changes what a shard says of itself.
 */
export function apart(
  whole: readonly JournalEvent[],
  of: number,
  edit: (started: EventOf<'run-started'>) => EventOf<'run-started'> = (started) => started,
): readonly (readonly JournalEvent[])[] {
  const [started] = whole;
  if (started?.kind !== 'run-started') throw new Error('a journal begins with its run');
  const cases = started.cases.map((it, place) => ({ ...it, shard: (place % of) + 1 }));
  return Array.from({ length: of }, (_, place) => {
    const index = place + 1;
    const own = new Set(cases.filter((it) => it.shard === index).map((it) => it.case));
    const first = edit({
      ...started,
      cases: started.cases.filter((it) => own.has(it.case)),
      shard: { index, of, cases },
    });
    const others = whole.slice(1).filter((it) => it.case === undefined || own.has(it.case));
    return [first, ...others].map((event, seq) => ({ ...event, seq }));
  });
}
