import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { kindNamed } from '../entities/kinds.js';
import { cacheKey } from '../entities/store.js';
import type { JsonObject } from '../json.js';
import { idOf, text } from '../json.js';
import { messageOf } from '../log.js';
import type { Running } from '../node/running.js';
import { selfSigned } from './self-signed.js';

interface ServerNames {
  readonly key: string;
  readonly cert: string;
  readonly SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
}

/** Certificates by the name that the client asks for; else one of our own. */
export function serverNames(node: Running): ServerNames {
  const own = selfSigned();
  return {
    ...own,
    SNICallback: (name, done) => {
      certificateFor(name, node).then(
        (certificate) => {
          const { cert, key } = certificate
            ? { cert: text(certificate.cert), key: text(certificate.key) }
            : own;
          done(null, createSecureContext({ cert, key }));
        },
        (error: unknown) => {
          node.log('error', `certificate for ${name}: ${messageOf(error)}`);
          done(null, createSecureContext(own));
        },
      );
    },
  };
}

/** The certificate of the name itself, else of a wildcard that covers it. */
async function certificateFor(name: string, node: Running): Promise<JsonObject | undefined> {
  const wildcards = [name.replace(/^[^.]+/, '*'), name.replace(/[^.]+$/, '*'), '*'];
  const { store } = node.generation.entities;
  const kind = kindNamed('certificates');
  for (const candidate of [name, ...wildcards]) {
    const id = await node.cache.get(`snis:${candidate}`, async () => {
      const sni = await store.find(kindNamed('snis'), 'name', candidate);
      return { value: idOf(sni?.certificate) };
    });
    if (id === undefined) continue;
    return node.cache.get(cacheKey(kind, { id }, store.workspace), async () => ({
      value: await store.find(kind, 'id', id),
    }));
  }
  return undefined;
}
