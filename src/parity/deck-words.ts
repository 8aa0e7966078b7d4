/** decK's own words for kinds, as it prints them: `creating jwt-auth …`. */
import { kinds } from './kinds.js';

/** Where decK's word is not the singular of the kind's name. */
const otherwise: Readonly<Record<string, string>> = {
  'acl-group': 'acls',
  'jwt-auth': 'jwt',
  'oauth2-cred': 'oauth2',
  'consumer-group-consumer': 'consumer-group-members',
  'consumer-group-plugin': 'plugins',
  'rbac-endpoint-permission': 'rbac-role-endpoints',
  degraphql_routes: 'degraphql-routes',
};

const named = new Set(kinds.map(({ name }) => name));

/** The kind that decK means; its own word where the table has no such kind. */
export function kindOfDeckWord(word: string): string {
  const candidates = [otherwise[word] ?? '', word, `${word}s`];
  return candidates.find((name) => named.has(name)) ?? word;
}
