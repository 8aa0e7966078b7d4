/** How a Kong or a Postgres of somebody's own is reached: headers, tokens, TLS, workspaces. */
import { readFileSync } from 'node:fs';
import { DrillError, messageOf } from '../model/drill-error.js';
import type { Environment } from '../system/environment.js';
import type { TlsSettings } from '../system/tls.js';
import type { Given, Option } from './command.js';
import { keyFileOption } from './snapshot-key.js';

/** How an Admin API is reached. */
export const adminOptions = {
  header: {
    kind: 'list',
    description: 'sent to the Admin API; @FILE has one a line. KONG_ADMIN_TOKEN becomes Kong-Admin-Token',
    value: 'NAME:VALUE',
  },
  'ca-cert': { kind: 'text', description: 'authorities to trust, in PEM', value: 'FILE' },
  'client-cert': { kind: 'text', description: 'the certificate to show, in PEM', value: 'FILE' },
  'client-key': { kind: 'text', description: 'its private key, in PEM', value: 'FILE' },
  'tls-server-name': { kind: 'text', description: 'the name that the certificate bears', value: 'NAME' },
  insecure: { kind: 'flag', description: 'take any certificate' },
  timeout: { kind: 'text', description: 'seconds for each request', value: 'SECONDS', default: '60' },
} as const satisfies Readonly<Record<string, Option>>;

export const sourceOptions = {
  ...adminOptions,
  workspace: { kind: 'list', description: 'only this workspace; several times for several', value: 'NAME' },
  schema: { kind: 'text', description: "the schema of Kong's tables in Postgres", value: 'NAME' },
  'key-file': keyFileOption,
} as const satisfies Readonly<Record<string, Option>>;

export interface SourceAccess {
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where nothing was said. */
  readonly tls?: TlsSettings;
  readonly workspaces?: readonly string[];
  readonly schema?: string;
  /** For each request. */
  readonly limitMs: number;
}

/** @throws DrillError `usage` where a header, a file or a number cannot be read. */
export function sourceAccess(given: Given, environment: Environment): SourceAccess {
  const tls = tlsOf(given);
  const workspaces = given.list('workspace');
  const schema = given.text('schema');
  const token = environment.KONG_ADMIN_TOKEN;
  return {
    headers: {
      ...(token === undefined || token === '' ? {} : { 'kong-admin-token': token }),
      ...headersIn(given.list('header')),
    },
    limitMs: secondsIn(given.text('timeout') ?? '') * 1_000,
    ...(tls === undefined ? {} : { tls }),
    ...(workspaces.length === 0 ? {} : { workspaces }),
    ...(schema === undefined ? {} : { schema }),
  };
}

function headersIn(texts: readonly string[]): Record<string, string> {
  const lines = texts.flatMap((text) =>
    text.startsWith('@') ? textOf(text.slice(1), 'header').split(/\r?\n/) : [text],
  );
  return Object.fromEntries(lines.filter((line) => line.trim() !== '').map(headerIn));
}

function headerIn(line: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*?)\s*$/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) return [name.toLowerCase(), value];
  // What is behind the name may be a token.
  throw new DrillError('usage', `--header: expected NAME:VALUE, got ${line.length} other characters`, hint);
}

const hint = `write it as in --header "Kong-Admin-Token: $TOKEN"`;

function tlsOf(given: Given): TlsSettings | undefined {
  const [ca, cert, key] = (['ca-cert', 'client-cert', 'client-key'] as const).map((name) => {
    const file = given.text(name);
    return file === undefined ? undefined : textOf(file, name);
  });
  if ((cert === undefined) !== (key === undefined)) {
    const [there, absent] = cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
    throw new DrillError('usage', `--client-${there} without --client-${absent}`, 'give both');
  }
  const serverName = given.text('tls-server-name');
  const tls: TlsSettings = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(given.flag('insecure') ? { insecure: true } : {}),
  };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

function textOf(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DrillError('usage', `--${option}: ${messageOf(error)}`, 'name a file that can be read');
  }
}

function secondsIn(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new DrillError('usage', `expected --timeout SECONDS, got ${JSON.stringify(text)}`, '--timeout 60');
}
