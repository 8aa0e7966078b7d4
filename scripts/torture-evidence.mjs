#!/usr/bin/env node
/**
 * Changes one byte in the evidence of a run, a thousand times (or as often as the first argument says; the second is the
 * seed), and looks whether `verify` finds it and names the file. The last line is `N changes, N caught, N named`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { verifyRun } from '../dist/evidence/verify.js';
import { changeOneByte, keyPair, makeRun, seeded } from '../dist/testing/sealed-run.js';

const [rounds = 1000, seed = 1] = process.argv.slice(2).map(Number);
const { privatePem, publicPem } = keyPair();
const reports = await mkdtemp(join(tmpdir(), 'torture-evidence-'));
let caught = 0;
let named = 0;
try {
  await makeRun(reports, { signingKeyPem: privatePem });
  const folder = await makeRun(reports, { signingKeyPem: privatePem });
  const random = seeded(seed);
  for (let round = 0; round < rounds; round += 1) {
    const { file, at, undo } = await changeOneByte(folder, round, random);
    const { ok, checks } = await verifyRun(folder, { publicKeyPems: [publicPem] });
    const faults = checks.filter(({ verdict }) => verdict === 'bad').flatMap(({ details }) => details);
    const isNamed = faults.some((fault) => fault.includes(basename(file)));
    if (!ok) caught += 1;
    if (isNamed) named += 1;
    if (ok || !isNamed)
      console.log(`${file} byte ${at}: ${ok ? 'not caught' : `not named: ${faults.join('; ')}`}`);
    await undo();
  }
} finally {
  await rm(reports, { recursive: true });
}
console.log(`${rounds} changes, ${caught} caught, ${named} named`);
process.exitCode = caught === rounds && named === rounds ? 0 : 1;
