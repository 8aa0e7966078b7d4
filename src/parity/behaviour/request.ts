/** A request that is asked before the disaster and again after the recovery. */
import type { JsonObject } from '../../model/entity.js';

export interface Address {
  readonly scheme: 'http' | 'https';
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The name asked for in the TLS handshake. */
  readonly serverName?: string;
}

/** What a caller shows; the secret stays in memory. */
export type Login =
  | { readonly kind: 'key-auth'; readonly key: string }
  | { readonly kind: 'basic-auth'; readonly username: string; readonly password: string }
  | { readonly kind: 'hmac-auth'; readonly username: string; readonly secret: string }
  | {
      readonly kind: 'jwt';
      readonly key: string;
      readonly secret: string;
      readonly algorithm?: string;
    };

export type LoginKind = Login['kind'];
export const loginKinds = ['key-auth', 'basic-auth', 'hmac-auth', 'jwt'] as const;

/** Host of a target → its upstream, where that has several: which one of them answers is chance. */
export type Balanced = ReadonlyMap<string, string>;

export interface RequestName {
  readonly class: string;
  readonly name: string;
}

/** Anything that the proxy is asked, or that nobody can ask. */
export type BehaviourRequest = {
  /** `routes`, `certificates`, or a kind of credential: declared loss covers behaviour by these. */
  readonly class: string;
  /** For people, without any secret; unique among the requests. */
  readonly name: string;
  /** The login on its own: where that is refused, this says nothing more. */
  readonly presumes?: RequestName;
} & (
  | {
      readonly ask: 'http';
      readonly address: Address;
      readonly login?: Login;
      /** The settings of the plugin that the login is shown to. */
      readonly config?: JsonObject;
      readonly balanced?: Balanced;
    }
  | { readonly ask: 'certificate'; readonly serverName: string }
  /** `credential`: it is one, and the name its label; where what Kong stores of it is unchanged, so is what it accepts. */
  | { readonly ask: 'nothing'; readonly reason: string; readonly credential?: true }
);

/** Without the port. */
export function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').toLowerCase();
}
