/** Anything thrown, as what a person is shown, and the exit code that goes with it. */
import { DrillError, exitCodeOfError, messageOf } from '../model/drill-error.js';

export interface FailureText {
  readonly text: string;
  readonly exitCode: number;
}

/** The stack is shown only where it was asked for. */
export function failureText(error: unknown, debug: boolean): FailureText {
  const isKnown = error instanceof DrillError;
  const hint = isKnown
    ? error.hint
    : 'this is a defect of kong-drill: run it again with KONG_DRILL_DEBUG=1 and report what it prints; `kong-drill clean` removes what may be left';
  const stack = debug && error instanceof Error ? `\n${stackOf(error)}` : '';
  return {
    text: `kong-drill: ${messageOf(error)}\n  → ${hint}${stack}`,
    exitCode: exitCodeOfError(error),
  };
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? ''}${cause}`;
}
