/**
 * Every error that a person is shown: what is wrong (where, expected, got) and what to do next.
 * The code says whose fault it is, and so decides the exit code.
 */
const errorCodes = {
  /** The drill file or the command line is wrong: exit 4. */
  usage: 4,
  /** The engine is at fault: Docker, a program or an image is missing or broke. Exit 3. */
  engine: 3,
  /** Kong or Postgres did not come up or go down as asked. Exit 3; within a recovery step it is the recovery that failed. */
  component: 3,
  /** The runner itself is at fault: exit 3. */
  internal: 3,
} as const;

export type ErrorCode = keyof typeof errorCodes;

export class DrillError extends Error {
  readonly code: ErrorCode;
  /** The next thing to do or type; a sentence or a command. */
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DrillError';
    this.code = code;
    this.hint = hint;
  }
}

/** The exit code that goes with anything thrown: what we did not foresee is our own fault. */
export function exitCodeOfError(error: unknown): number {
  return errorCodes[error instanceof DrillError ? error.code : 'internal'];
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A place that no value reaches; the compiler proves it. @throws always. */
export function assertNever(value: never): never {
  throw new DrillError('internal', `unexpected ${JSON.stringify(value)}`, 'report this as a defect');
}
