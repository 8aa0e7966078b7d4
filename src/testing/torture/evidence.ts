/** Changes one byte in the evidence of a run, again and again: `verify` has to find it and to name the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { verifyRun } from '../../evidence/verify.js';
import { changeOneByte, keyPair, makeRun, seeded } from '../sealed-run.js';

/** @returns what was not caught, or not named. */
export async function tortureEvidence(changes: number, seed: number): Promise<readonly string[]> {
  const { privatePem, publicPem } = keyPair();
  const reports = await mkdtemp(join(tmpdir(), 'torture-evidence-'));
  const random = seeded(seed);
  const missed: string[] = [];
  try {
    await makeRun(reports, { signingKeyPem: privatePem });
    const folder = await makeRun(reports, { signingKeyPem: privatePem });
    for (let change = 0; change < changes; change += 1) {
      const { file, at, undo } = await changeOneByte(folder, change, random);
      const { ok, checks } = await verifyRun(folder, { publicKeyPems: [publicPem] });
      const faults = checks.filter(({ verdict }) => verdict === 'bad').flatMap(({ details }) => details);
      const isNamed = faults.some((fault) => fault.includes(basename(file)));
      if (ok || !isNamed)
        missed.push(`${file} byte ${at}: ${ok ? 'not caught' : `not named: ${faults.join('; ')}`}`);
      await undo();
    }
  } finally {
    await rm(reports, { recursive: true });
  }
  return missed;
}
