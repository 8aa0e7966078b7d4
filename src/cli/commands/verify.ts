/** `kong-drill verify`: what of a run's evidence can be believed; offline, without Docker, and it writes nothing. */
import type { Check } from '../../evidence/check.js';
import { findRuns } from '../../evidence/find-runs.js';
import { verifyRun } from '../../evidence/verify.js';
import type { Verification } from '../../evidence/verify.js';
import type { Command, CommandContext } from '../command.js';
import { counted } from '../../model/units.js';
import { exitCodes } from '../exit-codes.js';
import { publicKeyOption, publicKeysOf } from '../public-key-option.js';
import { shownPath } from '../shown-path.js';
import { styled } from '../terminal.js';
import type { Part } from '../terminal.js';
import { toolName } from '../version.js';

interface VerifiedRun extends Verification {
  readonly run: string;
}

export const command: Command = {
  operands: '<runs|reports>…',
  options: {
    'public-key': publicKeyOption,
    json: { kind: 'flag', description: 'print what was found as JSON' },
  },
  examples: ['verify reports/postgres-lost/latest', 'verify reports --public-key audit.pub'],
  run: async (given, { out }) => {
    const options = { publicKeyPems: await publicKeysOf(given), tool: toolName() };
    const verified: VerifiedRun[] = [];
    for (const folder of await findRuns(given.operands))
      verified.push({ run: shownPath(folder), ...(await verifyRun(folder, options)) });
    if (given.flag('json')) out.line(JSON.stringify(verified, null, 2));
    else print(verified, out);
    return verified.every(({ ok }) => ok) ? exitCodes.met : exitCodes.missed;
  },
};

function print(verified: readonly VerifiedRun[], out: CommandContext['out']): void {
  for (const { run, ok, checks } of verified) {
    out.line(ok ? styled('green', 'holds ') : styled('red', 'BROKEN'), `  ${run}`);
    for (const one of checks) out.line(...checkLine(one));
  }
  const broken = verified.filter(({ ok }) => !ok).length;
  if (verified.length > 1) out.line(`\n${counted(verified.length, 'run')}, ${broken} broken.`);
  out.line('\nWhat no check can find out without something from outside:');
  for (const limit of verified[0]?.limits ?? []) out.line(`  - ${limit}`);
}

const marks: Readonly<Record<Check['verdict'], Part>> = {
  good: styled('green', '✓'),
  bad: styled('red', '✗'),
  unproven: styled('yellow', '?'),
};

function checkLine({ name, verdict, details }: Check): Part[] {
  const [first = '', ...more] = details;
  const rest = more.map((line) => `\n               ${line}`).join('');
  return ['  ', marks[verdict], ` ${name.padEnd(11)}${first}${rest}`];
}
