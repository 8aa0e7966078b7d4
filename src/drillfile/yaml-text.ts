/** YAML text → a plain value, and where each part of it stands. */
import { Composer, LineCounter, Parser } from 'yaml';
import type { CST, Document } from 'yaml';
import { messageOf } from '../model/drill-error.js';
import type { Path } from './problem.js';
import { yamlHint } from './yaml-hints.js';
import { isDeeperThan } from './yaml-depth.js';
import { followNodes, offsetOf } from './yaml-nodes.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends Position {
  readonly message: string;
  readonly hint?: string;
}

export interface YamlText {
  /** Absent where the text is too broken to be looked at further. */
  readonly content?: { readonly value: unknown };
  readonly problems: readonly YamlProblem[];
  /** Where a part stands; for what is not there, where its nearest container stands. */
  readonly locate: (path: Path, at: 'key' | 'value') => Position;
}

type PositionOf = (offset: number) => Position;

/** Aliases may stand for this many nodes in all; a bomb of nested aliases is beyond it at once. */
const aliasLimit = 1_000;
/** Mistakes after which the rest of the text still means what it says. */
const harmless = new Set<string>(['TAG_RESOLVE_FAILED']);
/** One slip can make a parser stumble over all the lines after it. */
const shownFaults = 10;
const depthLimit = 50;
const start: Position = { line: 1, column: 1 };

export function readYaml(text: string): YamlText {
  try {
    return read(text);
  } catch (error) {
    return broken(`not YAML: ${messageOf(error)}`, 'look at the first line that an editor with YAML marks');
  }
}

function read(text: string): YamlText {
  const lines = new LineCounter();
  const positionOf: PositionOf = (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const tooDeep = tokens.find((token) => isDeeperThan(depthLimit, token));
  if (tooDeep)
    return broken(
      'nested too deeply',
      'a drill needs a dozen levels at most',
      positionOf(offsetOfToken(tooDeep)),
    );
  const [document, second] = firstDocuments(tokens, text.length);
  if (second !== undefined) {
    return broken(
      'expected one drill, got several documents',
      'keep each drill in a file of its own, without `---` between them',
      positionOf(second.range[0]),
    );
  }
  const isEmpty = document?.contents === null && document.errors.length === 0;
  if (document === undefined || isEmpty) {
    return broken(
      'expected a drill, got an empty file',
      'start from a drill that works: kong-drill init writes one',
    );
  }
  return look(document, positionOf);
}

/** The first document, and the second where there is one; more are not looked at. */
function firstDocuments(tokens: readonly CST.Token[], length: number): readonly Document.Parsed[] {
  const composer = new Composer({ merge: true, stringKeys: true, uniqueKeys: false });
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokens, true, length)) {
    documents.push(document);
    if (documents.length === 2) break;
  }
  return documents;
}

function offsetOfToken(token: CST.Token): number {
  return 'offset' in token ? token.offset : 0;
}

function broken(message: string, hint: string, at: Position = start): YamlText {
  return { problems: [{ ...at, message, hint }], locate: () => at };
}

/** What one slip makes a parser say twice of the same place is said once. */
function oncePerPlace<Fault extends { readonly pos: readonly number[] }>(
  faults: readonly Fault[],
): readonly Fault[] {
  return faults.filter(
    ({ pos: [at] }, index) => faults.findIndex(({ pos: [other] }) => other === at) === index,
  );
}

function look(document: Document.Parsed, positionOf: PositionOf): YamlText {
  const nodes = followNodes(document);
  const faults = oncePerPlace([...document.errors, ...document.warnings]).slice(0, shownFaults);
  const problems: YamlProblem[] = [
    ...faults.map(({ code, message, pos }) => ({
      ...positionOf(pos[0]),
      message: `not valid YAML: ${message.replaceAll(/\s+/g, ' ')}`,
      ...yamlHint(code),
    })),
    ...nodes.problems.map(({ offset, message, hint }) => ({ ...positionOf(offset), message, hint })),
  ];
  const locate: YamlText['locate'] = (path, at) => positionOf(offsetOf(document, path, at, nodes.targets));
  const isReadable =
    faults.every(({ code }) => harmless.has(code)) && nodes.problems.every((one) => one.harmless);
  if (!isReadable) return { problems, locate };
  try {
    return { content: { value: document.toJS({ maxAliasCount: aliasLimit }) as unknown }, problems, locate };
  } catch (error) {
    const isBomb = error instanceof ReferenceError;
    const message = isBomb ? 'aliases that stand for far too much' : `not valid YAML: ${messageOf(error)}`;
    const hint = isBomb
      ? 'write out what the aliases (`*name`) stand for'
      : 'a merge key takes an alias, as in `<<: *name`';
    return { problems: [...problems, { ...start, message, hint }], locate };
  }
}
