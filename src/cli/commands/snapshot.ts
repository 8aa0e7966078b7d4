/** `kong-drill snapshot`: all that a Kong holds, in one canonical form on disk; reads only. */
import type { Snapshot } from '../../model/entity.js';
import { DrillError } from '../../model/drill-error.js';
import { countByKind } from '../../parity/snapshot.js';
import { writeSnapshot } from '../../parity/snapshot-file.js';
import type { Command, CommandContext } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { sourceNamed, sourceOperand } from '../kong-source.js';
import { readSource } from '../read-source.js';
import { snapshotKey } from '../snapshot-key.js';
import { sourceAccess, sourceOptions } from '../source-options.js';
import { styled } from '../terminal.js';
import { expectWritableFile } from '../writable.js';

export const command: Command = {
  operands: `<${sourceOperand}>`,
  options: {
    output: { kind: 'text', short: 'o', description: 'where the snapshot goes', value: 'FILE' },
    ...sourceOptions,
    json: { kind: 'flag', description: 'print what was read as JSON' },
  },
  examples: [
    'snapshot http://127.0.0.1:8001 -o before.snapshot',
    'snapshot https://admin.example:8444 --ca-cert ca.pem --workspace payments -o payments.snapshot',
    'snapshot postgres://kong@db.example/kong -o now.snapshot',
    'snapshot nightly.dump -o nightly.snapshot',
  ],
  run: async (given, context) => {
    const [name = ''] = given.operands;
    const file = given.text('output');
    if (file === undefined) throw new DrillError('usage', 'expected -o FILE, got none', `… ${name} -o FILE`);
    await expectWritableFile('output', file);
    const source = await sourceNamed(name, 'snapshot');
    if (source.kind === 'snapshot') {
      throw new DrillError('usage', `${name}: that is a snapshot already`, `kong-drill compare ${name} …`);
    }
    const { environment, signal } = context;
    const access = sourceAccess(given, environment);
    const { key, origin } = await snapshotKey(given, environment);
    const snapshot = await readSource(source, { access, secretKey: key, environment, signal });
    await writeSnapshot(file, snapshot);
    if (given.flag('json')) context.out.line(JSON.stringify({ file, ...inNumbers(snapshot) }, null, 2));
    else print(snapshot, { file, origin }, context);
    return snapshot.unread.length === 0 ? exitCodes.met : exitCodes.inconclusive;
  },
};

function inNumbers(snapshot: Snapshot) {
  const { source, secretKeyId, takenAtS, unread } = snapshot;
  const takenAt = new Date(takenAtS * 1_000).toISOString();
  return { source, takenAt, secretKeyId, entities: countByKind(snapshot), unread };
}

interface Written {
  readonly file: string;
  readonly origin: string;
}

function print(snapshot: Snapshot, { file, origin }: Written, { out, err }: CommandContext): void {
  const counts = Object.entries(countByKind(snapshot));
  const width = Math.max(...counts.map(([kind]) => kind.length));
  for (const [kind, number] of counts) out.line(`  ${kind.padEnd(width)}  ${number}`);
  out.line(
    styled('green', 'Written: '),
    `${file}, ${snapshot.entities.length} entities; secrets hashed with key ${snapshot.secretKeyId} (${origin})`,
  );
  for (const { kind, reason } of snapshot.unread)
    err.line(styled('yellow', 'Not read: '), `${kind}: ${reason}`);
}
