/** A configuration with nothing in it, as the behaviour of the proxy follows from it. */
import type { State } from '../parity/behaviour/state.js';

export const emptyState: State = {
  routes: [],
  services: [],
  plugins: [],
  consumers: [],
  'key-auth': [],
  'basic-auth': [],
  'hmac-auth': [],
  jwt: [],
  oauth2: [],
  acls: [],
  snis: [],
  targets: [],
};
