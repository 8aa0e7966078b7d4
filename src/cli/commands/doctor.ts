/** `kong-drill doctor`: what drills need, what is there, what a missing thing costs, and how to get it. */
import { examine } from '../doctor.js';
import type { Examination } from '../doctor.js';
import type { Command, CommandContext } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { styled } from '../terminal.js';

export const command: Command = {
  operands: '',
  options: { json: { kind: 'flag', description: 'print the findings as JSON' } },
  examples: ['doctor', 'doctor --json'],
  run: async (given, { out, environment }) => {
    const { findings, engines } = await examine(environment);
    if (given.flag('json')) out.line(JSON.stringify({ engines, findings }, null, 2));
    else print({ findings, engines }, out);
    return engines.length === 0 ? exitCodes.broken : exitCodes.met;
  },
};

function print({ findings, engines }: Examination, out: CommandContext['out']): void {
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, found, isGood, costs, remedy } of findings) {
    out.line(isGood ? styled('green', '✓ ') : styled('yellow', '! '), `${what.padEnd(width)}  ${found}`);
    if (costs !== undefined) out.line(' '.repeat(width + 4), `without it: ${costs}`);
    if (remedy !== undefined) out.line(' '.repeat(width + 4), `→ ${remedy}`);
  }
  out.line();
  out.line(
    engines.length === 0
      ? 'No drill can run here. Do one of the above, then: kong-drill doctor'
      : `Drills run here with --engine ${engines.join(' or ')}. Next: kong-drill init`,
  );
}
