/** How a caller shows each kind of credential. */
import { createHmac } from 'node:crypto';

export const credentialKinds = ['key-auth', 'basic-auth', 'hmac-auth', 'jwt'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/** A credential whose secret the runner knows, because it made it. */
export type Credential =
  | { readonly kind: 'key-auth'; readonly key: string }
  | { readonly kind: 'basic-auth'; readonly username: string; readonly password: string }
  | { readonly kind: 'hmac-auth'; readonly username: string; readonly secret: string }
  | { readonly kind: 'jwt'; readonly key: string; readonly secret: string };

/** Where Kong's key-auth looks for a key in its default settings. */
const usualKeyHeader = 'apikey';

/**
 * The headers that show the credential to Kong's plugin in its default settings, but for the header of a key; `now` dates the
 * signature of hmac-auth.
 */
export function headersOf(
  credential: Credential,
  now: Date,
  keyHeader = usualKeyHeader,
): Readonly<Record<string, string>> {
  switch (credential.kind) {
    case 'key-auth':
      return { [keyHeader]: credential.key };
    case 'basic-auth': {
      const pair = Buffer.from(`${credential.username}:${credential.password}`).toString('base64');
      return { authorization: `Basic ${pair}` };
    }
    case 'hmac-auth': {
      const date = now.toUTCString();
      const signature = createHmac('sha256', credential.secret).update(`date: ${date}`).digest('base64');
      const parts = `username="${credential.username}", algorithm="hmac-sha256", headers="date"`;
      return { date, authorization: `hmac ${parts}, signature="${signature}"` };
    }
    case 'jwt':
      return { authorization: `Bearer ${token(credential.key, credential.secret)}` };
  }
}

function token(issuer: string, secret: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: issuer })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
