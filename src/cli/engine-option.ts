/** Which engine a command is about. */
import type { Given, Option } from './command.js';

const choices = ['auto', 'containers', 'processes'] as const;

export type EngineChoice = (typeof choices)[number];

export const engineOption: Option = {
  kind: 'text',
  description: 'auto takes containers where Docker answers, processes elsewhere',
  value: 'ENGINE',
  choices,
  default: 'auto',
};

export function engineOf(given: Given): EngineChoice {
  return choices.find((choice) => choice === given.text('engine')) ?? 'auto';
}
