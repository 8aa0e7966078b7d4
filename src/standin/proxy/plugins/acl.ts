import { kindNamed } from '../../entities/kinds.js';
import { keyOf } from '../../entities/store.js';
import { text, texts } from '../../json.js';
import { errorAnswer } from '../exchange.js';
import type { Plugin, Tools } from './plugin.js';

export const acl: Plugin = async (config, exchange, tools) => {
  if (!exchange.consumer) return errorAnswer(401, 'Unauthorized', exchange.requestId);
  const groups = await groupsOf(text(exchange.consumer.id), tools);
  const member = (names: string[]): boolean => names.some((name) => groups.includes(name));
  const [allow, deny] = [texts(config.allow), texts(config.deny)];
  if (member(deny) || (allow.length > 0 && !member(allow))) {
    return errorAnswer(403, 'You cannot consume this service', exchange.requestId);
  }
  if (config.hide_groups_header !== true && groups.length > 0) {
    exchange.upstreamHeaders.set('x-consumer-groups', groups.join(', '));
  }
  return undefined;
};

async function groupsOf(consumer: string, { cache, store }: Tools): Promise<string[]> {
  const groups = await cache.get(keyOf('acls', [consumer], store.workspace), async () => {
    const rows = await store.all(kindNamed('acls'), { parent: { field: 'consumer', id: consumer } });
    return { value: rows.map((row) => text(row.group)) };
  });
  return groups ?? [];
}
