#!/usr/bin/env node
/** The program: finds the command, gives it the terminal and the signals, and turns what comes back into an exit code. */
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { environment } from '../system/environment.js';
import { asCalled } from './called-as.js';
import { commandLine } from './command-line.js';
import { failureText } from './failure-text.js';
import { exitCodes } from './exit-codes.js';
import type { InterruptingSignal } from './exit-codes.js';
import { questioner } from './question.js';
import { openTerminal } from './terminal.js';

// Most commands end before code that is compiled with all care pays off, and on two cores that compiler takes Kong's from it.
setFlagsFromString('--interrupt-budget=1000000');
// Absent before Node 22.1.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const out = openTerminal(process.stdout, environment(), asCalled(environment()));
const err = openTerminal(process.stderr, environment(), asCalled(environment()));
const interruption = new AbortController();
let interruptedBy: InterruptingSignal | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt(signal));
process.on('uncaughtException', end);
process.on('unhandledRejection', end);
// A reader that has gone (`| head`) does not end a drill.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const { signal } = interruption;
  const asking = process.stdin.isTTY && err.isTty ? { ask: questioner(signal) } : {};
  const context = { out, err, environment: environment(), signal, ...asking };
  const exitCode = await commandLine(process.argv.slice(2), context);
  process.exit(interruptedBy === undefined ? exitCode : exitCodes.interrupted[interruptedBy]);
} catch (error) {
  end(error);
}

/** The first time all is ended in order and reported; the second time at once. */
function interrupt(signal: InterruptingSignal): void {
  if (interruptedBy !== undefined) {
    err.line('\nStopped at once. What is left of the lab goes with: kong-drill clean');
    process.exit(exitCodes.interrupted[signal]);
  }
  interruptedBy = signal;
  err.line('\nInterrupted: cleaning up and reporting what was measured. Once more stops at once.');
  interruption.abort(new Error(`interrupted by ${signal}`));
}

function end(error: unknown): never {
  if (interruptedBy !== undefined) process.exit(exitCodes.interrupted[interruptedBy]);
  const { text, exitCode } = failureText(error, environment().KONG_DRILL_DEBUG === '1');
  err.line(text);
  process.exit(exitCode);
}
