/** TLS towards a server of somebody's own: Kong's Admin API, or Postgres. */
import type { ConnectionOptions } from 'node:tls';

/** How a server is trusted and how the caller proves who it is: texts in PEM. */
export interface TlsSettings {
  /** The authorities that are trusted instead of the usual ones. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the certificate has to bear, where it is not that of the address. */
  readonly serverName?: string;
  /** Any certificate is taken. */
  readonly insecure?: boolean;
}

type TlsOptions = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;

/** The same in the words of `node:tls`. */
export function tlsOptions({ insecure = false, serverName, ...identity }: TlsSettings): TlsOptions {
  return {
    ...identity,
    rejectUnauthorized: !insecure,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}
