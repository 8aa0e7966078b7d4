/** `kong-drill init`: finds out what is here, and writes a drill for exactly that and the CI job that runs it. */
import { isObject } from '../../model/entity.js';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ciNames, usedCi } from '../../init/ci/jobs.js';
import type { CiName } from '../../init/ci/jobs.js';
import { mergeFound } from '../../init/found.js';
import type { Found } from '../../init/found.js';
import { readLive } from '../../init/live.js';
import { drillFile, projectFiles } from '../../init/project-files.js';
import { surveyFolder } from '../../init/survey.js';
import { writeNew } from '../../init/write.js';
import { DrillError } from '../../model/drill-error.js';
import { countByKind } from '../../parity/snapshot.js';
import { textIn } from '../../system/files.js';
import { mainBranch } from '../../system/git.js';
import { randomHex } from '../../system/random.js';
import type { Command, CommandContext, Given } from '../command.js';
import { examine } from '../doctor.js';
import type { Finding } from '../doctor.js';
import { exitCodes } from '../exit-codes.js';
import { shownAddress, sourceNamed } from '../kong-source.js';
import { adminAt, readSource } from '../read-source.js';
import { shownPath } from '../shown-path.js';
import { adminOptions, sourceAccess } from '../source-options.js';
import { styled } from '../terminal.js';
import { version } from '../version.js';
import { expectWritableFolder } from '../writable.js';

const noCi = 'none';

export const command: Command = {
  operands: '[folder]',
  options: {
    yes: { kind: 'flag', description: 'ask nothing, and take what is found' },
    'admin-url': {
      kind: 'text',
      description:
        'Admin API of a Kong to read, for its version, settings and size; nothing is changed in it',
      value: 'URL',
    },
    ci: { kind: 'text', description: 'which CI job to write', value: 'CI', choices: [...ciNames, noCi] },
    ...adminOptions,
  },
  examples: ['init', 'init --yes --ci gitlab', 'init --admin-url http://127.0.0.1:8001'],
  run: async (given, context) => {
    const [folder = '.'] = given.operands;
    await expectWritableFolder('folder', folder);
    const { findings, engines } = await examine(context.environment);
    const found = mergeFound(await surveyFolder(folder), await askedKong(given, context));
    const has = (path: string): boolean => existsSync(join(folder, path));
    const ci = await chosenCi(given, has, context);
    const branch = await mainBranch(folder);
    const { files, remains } = projectFiles(found, {
      ci,
      version: version(),
      schema: await readFile(new URL('../../../drills/drill.schema.json', import.meta.url), 'utf8'),
      isDependency: await isDependency(folder),
      has,
      read: (path) => (has(path) ? readable(join(folder, path)) : undefined),
      ...(branch === undefined ? {} : { branch }),
    });
    const { out } = context;
    out.line('Found:');
    for (const note of found.notes) out.line(`  ${note}`);
    for (const finding of findings.filter(({ what }) => toldFindings.includes(what)))
      tellFinding(finding, context);
    out.line('\nWritten:');
    for (const file of files) {
      const isNew = await writeNew(folder, file);
      out.line(
        `  ${shownPath(join(folder, file.path))}`,
        isNew ? '' : styled('yellow', '  is there already: left as it is'),
      );
    }
    out.line('\nNext:');
    // In containers decK is an image of its own.
    const lacksDeck =
      found.deck !== undefined &&
      !engines.includes('containers') &&
      findings.some(({ what, isGood }) => what === 'deck' && !isGood);
    const continuation = { drill: join(folder, drillFile), ci, engines, lacksDeck };
    for (const step of [...remains, ...nextSteps(continuation)]) out.line(`  ${step}`);
    return exitCodes.met;
  },
};

const toldFindings: readonly string[] = ['Docker', 'deck'];

function tellFinding({ what, found, isGood, costs, remedy }: Finding, { out }: CommandContext): void {
  out.line(`  ${what}: ${found}`);
  if (isGood) return;
  out.line(`    without it: ${costs ?? ''}`);
  out.line(`    → ${remedy ?? ''}`);
}

interface Continuation {
  readonly drill: string;
  readonly ci: CiName | undefined;
  readonly engines: readonly string[];
  /** Whether the drill needs decK where there is none. */
  readonly lacksDeck: boolean;
}

function nextSteps({ drill, ci, engines, lacksDeck }: Continuation): readonly string[] {
  const path = shownPath(drill);
  return [
    ...(engines.length === 0
      ? ['kong-drill doctor    no drill can run here yet; it says what is missing']
      : []),
    ...(lacksDeck ? ['install decK: the drill cannot run without it'] : []),
    `kong-drill plan ${path}    what it will do; touches nothing`,
    `kong-drill run ${path}    the first report`,
    ...(ci === undefined ? [`kong-drill init --ci ${ciNames.join('|')}    writes the nightly job`] : []),
  ];
}

/** The Kong whose Admin API was named, on the command line or when asked. */
async function askedKong(given: Given, context: CommandContext): Promise<Found> {
  const url =
    given.text('admin-url') ??
    (await answerTo('Admin API of your Kong, to read (empty: none): ', given, context));
  if (url === '') return { notes: [] };
  const source = await sourceNamed(url);
  if (source.kind !== 'admin-api')
    throw new DrillError(
      'usage',
      `--admin-url: expected http://… or https://…, got ${JSON.stringify(url)}`,
      'kong-drill init --admin-url http://127.0.0.1:8001',
    );
  const { environment, signal } = context;
  const access = sourceAccess(given, environment);
  const snapshot = await readSource(source, { access, secretKey: randomHex(32), environment, signal });
  const { body } = await adminAt(url, access).call('GET', '/', undefined, { signal });
  const live = readLive({
    where: shownAddress(url),
    root: isObject(body) ? body : {},
    counts: countByKind(snapshot),
  });
  if (live.kong) return live;
  throw new DrillError(
    'usage',
    live.notes.join(),
    'kong-drill drills Kong in traditional mode, on a Postgres of its own',
  );
}

async function chosenCi(
  given: Given,
  has: (path: string) => boolean,
  context: CommandContext,
): Promise<CiName | undefined> {
  const used = usedCi(has);
  const asked =
    given.text('ci') ??
    (await answerTo(
      `CI job to write, ${[...ciNames, noCi].join(', ')} (empty: ${used ?? noCi}): `,
      given,
      context,
    ));
  if (asked === '') return used;
  const name = ciNames.find((one) => one === asked);
  if (name !== undefined || asked === noCi) return name;
  throw new DrillError(
    'usage',
    `expected ${[...ciNames, noCi].join(', ')}, got ${JSON.stringify(asked)}`,
    'kong-drill init --ci github',
  );
}

/** Empty where nobody is asked. */
async function answerTo(question: string, given: Given, { ask }: CommandContext): Promise<string> {
  return given.flag('yes') || ask === undefined ? '' : (await ask(question)).trim();
}

function readable(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

async function isDependency(folder: string): Promise<boolean> {
  const text = await textIn(join(folder, 'package.json'));
  return text !== undefined && /"kong-drill"\s*:/.test(text);
}
