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
import { didYouMean } from '../../drillfile/words.js';
import { DrillError } from '../../model/drill-error.js';
import { countByKind } from '../../parity/snapshot.js';
import { textIn } from '../../system/files.js';
import { mainBranch } from '../../system/git.js';
import { randomHex } from '../../system/random.js';
import type { Command, CommandContext, Given } from '../command.js';
import { examine } from '../doctor.js';
import type { Finding } from '../doctor.js';
import { exitCodes } from '../exit-codes.js';
import { addressMeant, shownAddress } from '../kong-source.js';
import { adminAt, readSource } from '../read-source.js';
import { shownPath } from '../shown-path.js';
import { adminOptions, sourceAccess } from '../source-options.js';
import { styled } from '../terminal.js';
import { version } from '../version.js';
import { QuestionLeft } from '../question.js';
import { expectWritablePlace } from '../writable.js';

const noCi = 'none';

export const command: Command = {
  operands: '[folder]',
  operandsMeaning: 'the top of your project, by default the current folder: looked through, and written into',
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
    await expectWritablePlace('init', folder);
    const { findings, engines } = await examine(context.environment);
    const surveyed = await surveyFolder(folder);
    const has = (path: string): boolean => existsSync(join(folder, path));
    const answers = await answersOf(given, has, context);
    if (answers === 'left') {
      context.err.line('Nothing was written.');
      return exitCodes.interrupted.SIGINT;
    }
    const { ci } = answers;
    const found = mergeFound(surveyed, answers.kong);
    const branch = await mainBranch(folder);
    const { files, remains } = projectFiles(found, {
      ci,
      version: version(),
      schema: await readFile(new URL('../../../drills/drill.schema.json', import.meta.url), 'utf8'),
      isDependency: await isDependency(folder),
      has,
      read: (path) => readable(join(folder, path)),
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
    const continuation = { folder, ci, engines, lacksDeck };
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
  readonly folder: string;
  readonly ci: CiName | undefined;
  readonly engines: readonly string[];
  /** Whether the drill needs decK where there is none. */
  readonly lacksDeck: boolean;
}

/** Each may be copied as it stands: what is said of it is a comment to a shell. */
function nextSteps({ folder, ci, engines, lacksDeck }: Continuation): readonly string[] {
  const path = shownPath(join(folder, drillFile));
  const [usual, ...others] = ciNames;
  const again = ['kong-drill init', ...(folder === '.' ? [] : [shownPath(folder)]), `--ci ${usual ?? ''}`];
  return [
    ...(engines.length === 0
      ? ['kong-drill doctor    # no drill can run here yet; it says what is missing']
      : []),
    ...(lacksDeck ? ['install decK: the drill cannot run without it'] : []),
    `kong-drill plan ${path}    # what it will do; touches nothing`,
    `kong-drill run ${path}    # the first report`,
    ...(ci === undefined
      ? [`${again.join(' ')}    # writes the nightly job; it also takes ${others.join(', ')}`]
      : []),
  ];
}

interface Answers {
  readonly kong: Found;
  readonly ci: CiName | undefined;
}

/** From the command line, or from whoever sits there, who may leave. */
async function answersOf(
  given: Given,
  has: (path: string) => boolean,
  context: CommandContext,
): Promise<Answers | 'left'> {
  const used = usedCi(has);
  try {
    const kong = await answerTo(
      {
        option: 'admin-url',
        question: 'Admin API of your Kong, to read (empty: none): ',
        read: (url) => kongAt(url, given, context),
      },
      given,
      context,
    );
    const ci = await answerTo(
      {
        option: 'ci',
        question: `CI job to write, ${[...ciNames, noCi].join(', ')} (empty: ${used ?? noCi}): `,
        read: (name) => ciNamed(name, used),
      },
      given,
      context,
    );
    return { kong, ci };
  } catch (error) {
    if (error instanceof QuestionLeft) return 'left';
    throw error;
  }
}

/** What the Kong at a URL says of itself; nothing where none was named. */
async function kongAt(url: string, given: Given, context: CommandContext): Promise<Found> {
  if (url === '') return { notes: [] };
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw noAdminUrl(url);
  const source = { kind: 'admin-api', url } as const;
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

function noAdminUrl(url: string): DrillError {
  const meant = addressMeant(url);
  return new DrillError(
    'usage',
    `--admin-url: expected http://… or https://…, got ${JSON.stringify(url)}${didYouMean(meant)}`,
    `kong-drill init --admin-url ${meant ?? 'http://127.0.0.1:8001'}`,
  );
}

/** Empty: the one that the project uses. @throws DrillError `usage` where there is none of that name. */
function ciNamed(asked: string, used: CiName | undefined): CiName | undefined {
  if (asked === '') return used;
  const name = ciNames.find((one) => one === asked);
  if (name !== undefined || asked === noCi) return name;
  throw new DrillError(
    'usage',
    `expected ${[...ciNames, noCi].join(', ')}, got ${JSON.stringify(asked)}`,
    'kong-drill init --ci github',
  );
}

interface Question<T> {
  /** That answers it without asking. */
  readonly option: string;
  readonly question: string;
  /** @throws DrillError where the answer is wrong. */
  readonly read: (answer: string) => T | Promise<T>;
}

/** What an option says, else what is answered: a wrong answer is told, and asked for again. Empty where nobody is asked. */
async function answerTo<T>(
  { option, question, read }: Question<T>,
  given: Given,
  { ask, err, signal }: CommandContext,
): Promise<T> {
  const said = given.text(option);
  if (said !== undefined || given.flag('yes') || ask === undefined) return await read(said ?? '');
  for (;;) {
    const answer = (await ask(question)).trim();
    try {
      return await read(answer);
    } catch (error) {
      if (!(error instanceof DrillError) || signal.aborted) throw error;
      err.line(`${error.message}\n  → ${error.hint}`);
    }
  }
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
