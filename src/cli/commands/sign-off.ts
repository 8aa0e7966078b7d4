/** `kong-drill sign-off`: a person's note on a run that holds, signed and dated; what was measured is not touched. */
import { findRun } from '../../evidence/find-runs.js';
import { signOff } from '../../evidence/sign-off.js';
import { DrillError } from '../../model/drill-error.js';
import { decisionWords } from '../../model/sign-off.js';
import { systemClock } from '../../system/clock.js';
import type { Environment } from '../../system/environment.js';
import type { Command, Given } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { readKeyFile } from '../key-file.js';
import { shownPath } from '../shown-path.js';

export const command: Command = {
  operands: '<run>',
  options: {
    by: { kind: 'text', description: 'who signs', value: 'NAME' },
    note: { kind: 'text', description: 'what this person has to say', value: 'TEXT' },
    decision: {
      kind: 'text',
      description: 'what this person has decided',
      value: 'WORD',
      choices: decisionWords,
      default: 'approved',
    },
    key: {
      kind: 'text',
      description: "this person's Ed25519 private key in PEM; else what KONG_DRILL_SIGN_OFF_KEY holds",
      value: 'FILE',
    },
  },
  examples: [
    'sign-off reports/postgres-lost/latest --by "Ada Lovelace" --note "Seen and approved" --key ada.pem',
  ],
  run: async (given, { out, environment }) => {
    const decision = decisionWords.find((word) => word === given.text('decision')) ?? 'approved';
    const file = await signOff(await findRun(given.operands[0] ?? ''), {
      by: required(given, 'by', '--by "Ada Lovelace"'),
      note: required(given, 'note', '--note "Seen and approved"'),
      decision,
      privateKeyPem: await keyOf(given, environment),
      clock: systemClock(),
    });
    out.line(`${decision}: ${shownPath(file)}`);
    return exitCodes.met;
  },
};

function required(given: Given, name: string, example: string): string {
  const value = given.text(name);
  if (value !== undefined) return value;
  throw new DrillError('usage', `expected --${name}, got nothing`, `write it as in ${example}`);
}

async function keyOf(given: Given, { KONG_DRILL_SIGN_OFF_KEY }: Environment): Promise<string> {
  const file = given.text('key');
  if (file === undefined) return KONG_DRILL_SIGN_OFF_KEY ?? required(given, 'key', '--key ada.pem');
  return readKeyFile('key', file, 'make one with `openssl genpkey -algorithm ed25519 -out ada.pem`');
}
