/** `kong-drill audit`: one pack for a period, for whoever has to look through all of its runs. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { auditOf } from '../../evidence/audit.js';
import { writeManifest } from '../../evidence/manifest.js';
import { signManifest, signingKeyIn } from '../../evidence/signature.js';
import { DrillError } from '../../model/drill-error.js';
import { renderAudit } from '../../report/files.js';
import { programmeOf } from '../../run/programme.js';
import { systemClock } from '../../system/clock.js';
import { writeWhole } from '../../system/files.js';
import type { Command, Given } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { publicKeyOption, publicKeysOf } from '../public-key-option.js';
import { expectReports, reportsOf, reportsOption } from '../reports-option.js';
import { toolName } from '../version.js';
import { expectWritableFolder } from '../writable.js';

const dayMs = 86_400_000;
const usualDays = 90;

export const command: Command = {
  operands: '',
  options: {
    from: {
      kind: 'text',
      description: 'first day (UTC) of the period; by default 90 days before the last',
      value: 'YYYY-MM-DD',
    },
    to: { kind: 'text', description: 'last day (UTC) of the period; by default today', value: 'YYYY-MM-DD' },
    reports: reportsOption,
    out: { kind: 'text', description: 'folder for the pack; audit-<from>-<to> by default', value: 'FOLDER' },
    'public-key': publicKeyOption,
  },
  examples: ['audit', 'audit --from 2026-01-01 --to 2026-03-31 --public-key audit.pub'],
  run: async (given, { out, environment }) => {
    const lastDay = dayOf(given, 'to') ?? today();
    const fromUtc = dayOf(given, 'from') ?? new Date(lastDay.getTime() - usualDays * dayMs);
    if (lastDay < fromUtc)
      throw new DrillError(
        'usage',
        '--to is before --from',
        'give the first day with --from, the last with --to',
      );
    const reportsFolder = reportsOf(given);
    const folder = given.text('out') ?? `audit-${isoDay(fromUtc)}-${isoDay(lastDay)}`;
    await expectReports('reports', reportsFolder);
    await expectWritableFolder('out', folder);
    const programme = await programmeOf(process.cwd(), reportsFolder);
    const pack = await auditOf({
      reportsFolder,
      fromUtc,
      toUtc: new Date(lastDay.getTime() + dayMs),
      tool: toolName(),
      publicKeyPems: await publicKeysOf(given),
      ...(programme && { programme }),
    });
    await mkdir(folder, { recursive: true });
    for (const [name, text] of await renderAudit(pack)) await writeWhole(join(folder, name), text);
    await writeManifest(folder);
    const key = signingKeyIn(environment);
    if (key !== undefined) await signManifest(folder, key);
    const broken = pack.runs.filter((it) => it.faults.length > 0).length;
    out.line(
      `${isoDay(fromUtc)} to ${isoDay(lastDay)}: ${pack.runs.length} runs, ${pack.holes.length} holes, ${broken} runs whose evidence does not hold, ${pack.failures.length} paths not met: ${folder}/audit.html`,
    );
    return pack.holes.length === 0 && broken === 0 ? exitCodes.met : exitCodes.missed;
  },
};

const isoDay = (day: Date): string => day.toISOString().slice(0, 10);
const today = (): Date => new Date(`${isoDay(systemClock().utc())}T00:00:00.000Z`);

/** `undefined` where none was given. */
function dayOf(given: Given, name: string): Date | undefined {
  const text = given.text(name);
  if (text === undefined) return undefined;
  const day = new Date(`${text}T00:00:00.000Z`);
  // The 30th of February is taken for the 2nd of March.
  if (!Number.isNaN(day.getTime()) && day.toISOString() === `${text}T00:00:00.000Z`) return day;
  throw new DrillError(
    'usage',
    `expected --${name} YYYY-MM-DD, got ${JSON.stringify(text)}`,
    'kong-drill audit --from 2026-01-01 --to 2026-03-31',
  );
}
