import { acl } from './acl.js';
import { basicAuth, keyAuth } from './authentication.js';
import type { Plugin } from './plugin.js';
import { rateLimiting } from './rate-limiting.js';
import { requestTermination } from './request-termination.js';
import { responseTransformer } from './response-transformer.js';

/** The plugins that are carried out. All others can be configured, and do nothing. */
export const enforced: Readonly<Record<string, Plugin>> = {
  'key-auth': keyAuth,
  'basic-auth': basicAuth,
  acl,
  'rate-limiting': rateLimiting,
  'response-transformer': responseTransformer,
  'request-termination': requestTermination,
};
