/** What every part of one open lab needs to know. */
import type { Clock } from '../../system/clock.js';
import type { LabSpec } from '../engine.js';
import type { PostgresAccess } from './container-spec.js';
import type { Docker } from './docker.js';
import type { LabImage } from './images.js';
import { roleLabel } from './labels.js';
import type { Labels } from './labels.js';
import type { Addresses, LabNetwork } from './network.js';
import type { ImageRole } from './options.js';

export interface LabContext {
  readonly docker: Docker;
  readonly spec: LabSpec;
  readonly clock: Clock;
  readonly inside: LabNetwork;
  readonly addresses: Addresses;
  readonly labels: Labels;
  readonly access: PostgresAccess;
  /** Begins the name of everything of this lab. */
  readonly prefix: string;
  /** @throws DrillError where there is no such image. */
  readonly image: (role: ImageRole, version?: string) => Promise<LabImage>;
}

export const postgresPort = 5432;

/** Ports of every Kong node, inside. */
export const kongPorts = { proxy: 8000, proxyTls: 8443, admin: 8001, status: 8100 } as const;

/** What all containers of a lab have in common. */
export function commonOf(context: LabContext, role: string) {
  return {
    role,
    labels: { ...context.labels, [roleLabel]: role },
    logFolder: context.spec.logFolder,
    dns: context.addresses.resolver,
  };
}

export function onInside(
  context: LabContext,
  address: string | undefined,
  aliases: readonly string[],
): { name: string; address?: string; aliases: readonly string[] } {
  return { name: context.inside.name, aliases, ...(address === undefined ? {} : { address }) };
}
