/** The tree under a YAML text: what its aliases stand for, and where a part of it is written. */
import { isAlias, isCollection, isMap, isPair, isScalar, isSeq, visit } from 'yaml';
import type { Alias, Document, Node, Pair, YAMLMap } from 'yaml';
import type { Path } from './problem.js';

export type AliasTargets = ReadonlyMap<Alias, Node>;

export interface NodeProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
  /** Whether the rest of the text still means what it says. */
  readonly harmless: boolean;
}

/** What each alias stands for; and the aliases of nothing, those within what they stand for, and keys written twice. */
export function followNodes(document: Document.Parsed): {
  readonly targets: AliasTargets;
  readonly problems: readonly NodeProblem[];
} {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const problems: NodeProblem[] = [];
  visit(document, {
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
      if (isMap(node)) problems.push(...duplicateKeys(node));
    },
    Alias: (_, alias, ancestors) => {
      const offset = alias.range?.[0] ?? 0;
      const target = anchors.get(alias.source);
      if (target === undefined) {
        const message = `the alias *${alias.source} refers to no anchor before it`;
        const hint = `put &${alias.source} in front of what it shall repeat`;
        problems.push({ offset, message, hint, harmless: false });
      } else if (ancestors.includes(target)) {
        const message = `the alias *${alias.source} stands within its own anchor`;
        problems.push({ offset, message, hint: 'write out what it shall repeat', harmless: false });
      } else {
        targets.set(alias, target);
      }
    },
  });
  return { targets, problems };
}

/** The offset of a part of the text; of what is not there, that of its nearest container. */
export function offsetOf(
  document: Document.Parsed,
  path: Path,
  at: 'key' | 'value',
  targets: AliasTargets,
): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const child = childOf(resolved(node, targets), part, targets);
    if (child === undefined) break;
    const isLast = index === path.length - 1;
    const written = isLast && at === 'key' ? child.key : child.value;
    offset = (written ?? child.key ?? child.value)?.range?.[0] ?? offset;
    node = child.value;
  }
  return offset;
}

/** The parser could find these itself, but compares each key with each. */
function duplicateKeys(map: YAMLMap): readonly NodeProblem[] {
  const seen = new Set<string>();
  const problems: NodeProblem[] = [];
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name) && name !== '<<') {
      problems.push({
        offset: key.range?.[0] ?? 0,
        message: `the key ${JSON.stringify(name)} is written twice`,
        hint: 'keep one of the two; the first would be lost in silence',
        harmless: true,
      });
    }
    seen.add(name);
  }
  return problems;
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: Node | null, part: string | number, targets: AliasTargets): Child | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { key: null, value: asNode(isPair(item) ? item.value : item) };
  }
  if (!isMap(node)) return undefined;
  // Of a key written twice, the second one is what counts.
  const own = node.items.findLast((pair) => keyText(pair) === String(part));
  if (own !== undefined) return { key: asNode(own.key), value: asNode(own.value) };
  return mergedChild(node, part, targets);
}

function mergedChild(node: YAMLMap, part: string | number, targets: AliasTargets): Child | undefined {
  for (const { value } of node.items.filter((pair) => keyText(pair) === '<<')) {
    const source = resolved(asNode(value), targets);
    for (const one of isSeq(source) ? source.items : [source]) {
      const child = childOf(resolved(asNode(one), targets), part, targets);
      if (child !== undefined) return child;
    }
  }
  return undefined;
}

function resolved(node: Node | null, targets: AliasTargets): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
}

function asNode(value: unknown): Node | null {
  return isScalar(value) || isAlias(value) || isCollection(value) ? value : null;
}

function keyText({ key }: Pair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}
