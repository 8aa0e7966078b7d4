/** How deep a text nests: asked before it is composed, which recurses and would exhaust the stack of the process. */
import type { CST } from 'yaml';

type Collection = Extract<CST.Token, { items: unknown[] }>;

/** Whether collections within the token nest deeper than `limit`. Does not recurse itself. */
export function isDeeperThan(limit: number, token: CST.Token): boolean {
  const waiting: { token: Collection; depth: number }[] = [];
  const add = (inner: CST.Token | null | undefined, depth: number): void => {
    if (inner && 'items' in inner) waiting.push({ token: inner, depth });
  };
  add(token.type === 'document' ? token.value : token, 1);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.depth > limit) return true;
    for (const item of next.token.items) {
      add(item.key, next.depth + 1);
      add(item.value, next.depth + 1);
    }
  }
  return false;
}
