/** `kong-drill explain`: what a field of a drill file means, from the same schema that editors and `validate` use. */
import { asWritten, drillFields, flattened } from '../../drillfile/fields.js';
import type { Field } from '../../drillfile/fields.js';
import { didYouMean, nearest } from '../../drillfile/words.js';
import { DrillError } from '../../model/drill-error.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { styled } from '../terminal.js';
import type { Terminal } from '../terminal.js';

export const command: Command = {
  operands: '[field]',
  options: {},
  examples: ['explain', 'explain objectives.rto', 'explain database-restore', 'explain from'],
  run: ({ operands: [asked] }, { out }) => {
    const top = drillFields();
    const found = asked === undefined ? top : fieldsCalled(asked, flattened(top));
    const [only] = found;
    if (only !== undefined && found.length === 1) printField(only, out);
    else {
      printList(found, out);
      out.line(
        '\nMore of one of them: kong-drill explain ',
        asked === undefined ? 'state' : (only?.path ?? ''),
      );
    }
    return exitCodes.met;
  },
};

/** The field of this path; else all whose path ends in it. @throws DrillError `usage` where there are none. */
function fieldsCalled(asked: string, fields: readonly Field[]): readonly Field[] {
  const exact = fields.filter(({ path }) => path === asked);
  if (exact.length > 0) return exact;
  const ending = fields.filter(({ path }) => path.endsWith(`.${asked}`));
  if (ending.length > 0) return ending;
  const words = fields.flatMap(({ path }) => [path, path.split('.').at(-1) ?? '']);
  const guess = nearest(asked, words);
  throw new DrillError(
    'usage',
    `drill files have no field ${JSON.stringify(asked)}${didYouMean(guess)}`,
    guess === undefined ? 'kong-drill explain' : `kong-drill explain ${guess}`,
  );
}

function printField(field: Field, out: Terminal): void {
  out.line(styled('bold', field.path), field.isRequired ? '  (required)' : '');
  out.line(`  ${field.description}`);
  out.line(`  takes    ${field.takes}`);
  if (field.default !== undefined) out.line(`  default  ${asWritten(field, field.default)}`);
  for (const example of field.examples) out.line(`  example  ${asWritten(field, example)}`);
  if (field.children.length === 0) return;
  out.line();
  printList(field.children, out);
}

function printList(fields: readonly Field[], out: Terminal): void {
  const width = Math.max(...fields.map(({ path }) => path.length));
  for (const { path, description, isRequired } of fields) {
    out.line(styled('bold', path.padEnd(width)), `  ${description}${isRequired ? ' (required)' : ''}`);
  }
}
