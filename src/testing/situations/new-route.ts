/** What a route can do that is written when all else is measured. */
import type { NewEvent } from '../../model/journal.js';
import { change } from '../edited-cases.js';
import type { JournalShape } from '../journal-builder.js';
import { written } from '../samples.js';
import type { Situation } from './build.js';

const writtenMs = 71_000;
const watchedUntilMs = 101_000;

/** One stream of its probes for each line, a node each; after the answers of the proxy were compared. */
function writing(lines: readonly string[], error?: string): JournalShape {
  const watched = lines.map((line, place) =>
    written(line, {
      stream: {
        id: `new-route@kong-${place + 1}`,
        clock: 'route',
        class: 'new-route',
        node: `kong-${place + 1}`,
        t0Ms: writtenMs - 200,
      },
    }),
  );
  const edit = change('behaviour', (event) => {
    const of = event.case === undefined ? {} : { case: event.case };
    const added: NewEvent[] = [
      { kind: 'streams', streams: watched.map(({ stream }) => stream), ...of },
      ...watched.map(({ stream, samples }): NewEvent => ({
        kind: 'probes',
        stream: stream.id,
        samples: [...samples],
        ...of,
      })),
      { t: watchedUntilMs, kind: 'new-route', writtenMs, ...(error === undefined ? {} : { error }), ...of },
    ];
    return [event, ...added];
  });
  return { cases: [{ edit }] };
}

export const newRouteSituations: readonly Situation[] = [
  ['a new route takes effect', writing(['W*25 R*70', 'W*75 R*70'])],
  ['a new route is in effect on one node only', writing(['W*25 R*60', 'W*30 R W*60'])],
  ['a new route is refused', writing(['W*2'], 'the Admin API answered 503')],
];
