/** `kong-drill history`: how each drill and path went from run to run, and which evidence is stale. */
import { historyOf } from '../../evidence/history.js';
import type { DrillHistory } from '../../evidence/history.js';
import { freshness, historyText } from '../../report/history-text.js';
import type { ShownHistory } from '../../report/history-text.js';
import { programmeOf } from '../../run/programme.js';
import { systemClock } from '../../system/clock.js';
import { askDocker, digestOfImage } from '../../system/docker-engine.js';
import type { Environment } from '../../system/environment.js';
import { DrillError } from '../../model/drill-error.js';
import type { Command } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { expectReports, reportsOf, reportsOption } from '../reports-option.js';

export const command: Command = {
  operands: '[drills]…',
  options: {
    reports: reportsOption,
    json: { kind: 'flag', description: 'print the history as JSON' },
  },
  examples: ['history', 'history postgres-lost --json'],
  run: async (given, { out, err, environment }) => {
    await expectReports('reports', reportsOf(given));
    const all = await historyOf(reportsOf(given));
    const wanted = all.filter((it) => given.operands.length === 0 || given.operands.includes(it.drill));
    if (wanted.length === 0) throw nothingFound(given.operands, all, reportsOf(given));
    const shown = await withOtherImages(wanted, environment, (line) => err.line(line));
    const programme = await programmeOf(process.cwd(), reportsOf(given));
    const now = systemClock().utc();
    const stated = shown.map((it) => ({ ...it, ...freshness(it, programme?.every, now) }));
    if (given.flag('json')) out.line(JSON.stringify(stated, null, 2));
    else out.write(historyText(shown, given.operands.length === 0 ? programme : undefined, now));
    return exitCodes.met;
  },
};

/** Asked of the local Docker engine; where none answers, that is said, and nothing is taken for granted. */
async function withOtherImages(
  drills: readonly DrillHistory[],
  environment: Environment,
  tell: (line: string) => void,
): Promise<readonly ShownHistory[]> {
  const images = drills.flatMap((it) => it.images);
  const docker = images.length === 0 ? undefined : await askDocker(environment);
  if (docker?.answers === false)
    tell(`Images were not compared with those of today: ${docker.error.message}`);
  const isAsked = docker?.answers === true;
  const digests = new Map<string, string | undefined>();
  if (docker?.answers)
    for (const image of new Set(images.map((it) => it.image)))
      digests.set(image, await digestOfImage(image, docker.endpoint));
  return drills.map(({ drill, runs, lastRealUtc, images: own }) => ({
    drill,
    runs,
    ...(lastRealUtc !== undefined && { lastRealUtc }),
    otherImages: own
      .filter((it) => isAsked && digests.get(it.image) !== it.digest)
      .map(({ image, digest }) => {
        const today = digests.get(image);
        return { image, then: digest, ...(today !== undefined && { now: today }) };
      }),
  }));
}

function nothingFound(asked: readonly string[], all: readonly DrillHistory[], folder: string): DrillError {
  const known = all.map((it) => it.drill).join(', ');
  return new DrillError(
    'usage',
    asked.length > 0 && known !== '' ? `no run of ${asked.join(', ')} in ${folder}` : `no runs in ${folder}`,
    known === '' ? 'run a drill first, or give --reports FOLDER' : `drills there are: ${known}`,
  );
}
