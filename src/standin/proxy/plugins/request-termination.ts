import { text } from '../../json.js';
import { errorAnswer } from '../exchange.js';
import type { Plugin } from './plugin.js';

export const requestTermination: Plugin = (config, { asked, query, requestId }) => {
  const trigger = text(config.trigger);
  if (trigger && !asked.headers.has(trigger.toLowerCase()) && !query.has(trigger)) return undefined;
  const status = Number(config.status_code ?? 503);
  const body = config.body;
  if (typeof body === 'string') {
    return { status, body, contentType: text(config.content_type) || 'application/json; charset=utf-8' };
  }
  if (config.message) {
    return { status, body: JSON.stringify({ message: text(config.message) }) };
  }
  return errorAnswer(status, status === 503 ? 'Service unavailable' : '', requestId);
};
