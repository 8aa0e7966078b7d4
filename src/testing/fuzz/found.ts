/** Inputs that once broke something, by target: each is tried for ever. */
import * as corpus from './corpus.js';

const renamed = (name: string): string =>
  corpus.twoPaths
    .map((event) => JSON.stringify('drill' in event ? { ...event, drill: { ...event.drill, name } } : event))
    .map((line) => `${line}\n`)
    .join('');

const [header = {}, ...entities] = corpus.snapshotLines;
const deck = (services: string): string => `_format_version: "3.0"\nservices: ${services}\n`;

export const foundInputs: readonly (readonly [target: string, what: string, input: string])[] = [
  ['journal', 'a name that led its JUnit file out of the folder', renamed('../../../kdx')],
  ['shards', 'a name that led the merged run out of the reports', renamed('../../../kdx')],
  ['journal', 'a start that is no moment', renamed('shop').replace(/"utc":"[^"]*"/, '"utc":"kdx"')],
  ['journal', 'a time after the end of time', renamed('shop').replace(/"t":[0-9.]+/g, '"t":1e300')],
  [
    'journal',
    'an event without what it should say',
    renamed('shop').replace(/"outcome":"completed"/g, '"a":1'),
  ],
  ['deck', 'an alias that stands for what it is a part of', deck('&kdx [{name: a, tags: [*kdx]}]')],
  ['deck', 'levels without end', deck(`[{name: a, tags: ${'['.repeat(5_000)}${']'.repeat(5_000)}}]`)],
  [
    'compose',
    'an alias that stands for what it is a part of',
    'services: {kong: &kdx {image: kong, command: *kdx}}\n',
  ],
  [
    'snapshot',
    'a moment that there is no date for',
    [{ ...header, takenAtS: -1.5e289 }, ...entities].map((line) => `${JSON.stringify(line)}\n`).join(''),
  ],
];
