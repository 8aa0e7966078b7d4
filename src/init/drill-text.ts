/** A drill as the text of a file: with where it comes from, and what its author still has to look at. Pure. */
import { Document, isMap, isPair, isScalar, visit } from 'yaml';
import type { Drill } from '../model/drill.js';

export interface Heading {
  /** What editors check the file against, as seen from it. */
  readonly schema: string;
  /** What was found, line by line. */
  readonly notes: readonly string[];
}

const lineWidth = 110;

const remarks: Readonly<Partial<Record<keyof Drill, string>>> = {
  state: ' What Kong holds before the disaster.',
  artifacts: ' What a recovery starts from, and how often it is taken in real life.',
  objectives: ' What your plan promises: put your own targets here.',
};

export function drillText(drill: Drill, { schema, notes }: Heading): string {
  const document = new Document(drill);
  visit(document, {
    Collection: (_, node) => {
      const isFlat = node.items.every((item) => isScalar(isPair(item) ? item.value : item));
      if (isFlat && node !== document.contents) node.flow = true;
    },
  });
  for (const [key, remark] of Object.entries(remarks)) remarkAt(document, key, remark);
  document.commentBefore = [
    ` yaml-language-server: $schema=${schema}`,
    '',
    ' Written by `kong-drill init`. What it found:',
    ...notes.map((note) => ` - ${note}`),
    '',
    ' `kong-drill explain` says what each field means, `kong-drill plan` what it will do.',
  ].join('\n');
  return document.toString({ lineWidth });
}

function remarkAt({ contents }: Document, key: string, remark: string): void {
  const pair = isMap(contents)
    ? contents.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  if (isScalar(pair?.key)) pair.key.commentBefore = remark;
}
