/** What a command is: one file each under `commands/`, loaded when it is used. */
import type { Environment } from '../system/environment.js';
import type { Terminal } from './terminal.js';

export interface Command {
  /** Its operands, as usage shows them; empty where it takes none. */
  readonly operands: string;
  /** What they are, where their name does not say it. */
  readonly operandsMeaning?: string;
  /** The operand that is meant where none is given. */
  readonly usually?: string;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly string[];
  /** @returns the exit code. @throws DrillError for what a person has to know. */
  run(given: Given, context: CommandContext & AllCommands): number | Promise<number>;
}

export interface Option {
  readonly kind: 'flag' | 'text' | 'list';
  readonly description: string;
  /** A letter that may stand for the name: `-o`. */
  readonly short?: string;
  /** How usage calls the value. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** For what speaks of the commands themselves. */
export interface AllCommands {
  readonly allCommands: () => Promise<readonly NamedCommand[]>;
}

export interface NamedCommand extends Pick<Command, 'options'> {
  readonly name: string;
}

/** A command line, taken apart. */
export interface Given {
  readonly operands: readonly string[];
  readonly flag: (name: string) => boolean;
  readonly text: (name: string) => string | undefined;
  readonly list: (name: string) => readonly string[];
}

export interface CommandContext {
  /** Results. */
  readonly out: Terminal;
  /** Problems, and what goes on. */
  readonly err: Terminal;
  readonly environment: Environment;
  /** Aborts on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
  /** Asks whoever sits there, and gives the answer as typed; absent where nobody does. It throws QuestionLeft where no answer comes. */
  readonly ask?: (question: string) => Promise<string>;
}
