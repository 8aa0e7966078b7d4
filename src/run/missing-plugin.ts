/** A plugin that the state needs and Kong lacks, in the words in which Kong, or decK for it, complains. */
import { DrillError } from '../model/drill-error.js';

const complaints = [/plugin '([^']+)' not enabled/, /(\S+) plugin is in use but not enabled/];

/** @returns `undefined` where the complaint is about something else. */
export function missingPlugin(complaint: string): DrillError | undefined {
  const name = complaints.map((each) => each.exec(complaint)?.[1]).find((found) => found !== undefined);
  if (name === undefined) return undefined;
  return new DrillError(
    'component',
    `the state needs the plugin ${name}, which this Kong does not have`,
    `name it under topology.kong.plugins, and bring it with an image of your own (topology.kong.image) or with topology.kong.files`,
  );
}
