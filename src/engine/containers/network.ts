/**
 * The lab's two networks. Inside: everything, with fixed addresses, and no way out: no gateway, no address of the host on it.
 * Front: the relay alone, so that its ports can be published; nothing leaves it either, as the engine does not translate addresses.
 *
 *   runner ── 127.0.0.1 ── [front] relay [inside] ── kong-1 … · postgres · echo · resolver · toolbox
 */
import { DrillError } from '../../model/drill-error.js';
import { asked, ignoreMissing } from './docker.js';
import type { Docker } from './docker.js';
import type { Labels } from './labels.js';

export interface LabNetwork {
  readonly name: string;
  readonly id: string;
}

export interface Addresses {
  readonly resolver: string;
  readonly echo: string;
  readonly relay: string;
  readonly toolbox: string;
  /** Counted from 1. */
  readonly kong: (node: number) => string;
  /** Each generation of Postgres that asks for a new address gets the next; none is used twice in a lab. */
  readonly postgres: (generation: number) => string;
}

const attempts = 5;
/** Docker's own bridges have no address of the host with this option, so that not even the host can be reached from inside. */
const noHostAddress = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
const noTranslation = { 'com.docker.network.bridge.enable_ip_masquerade': 'false' };

export interface NetworkSpec {
  readonly name: string;
  readonly labels: Labels;
  readonly signal: AbortSignal;
}

/** @throws DrillError `engine` where Docker has no range of addresses left; the signal's reason. */
export async function makeInside(
  docker: Docker,
  spec: NetworkSpec,
): Promise<{ network: LabNetwork; addresses: Addresses }> {
  for (let attempt = 1; ; attempt += 1) {
    const subnet = await freeSubnet(docker, spec);
    const made = await makeNetwork(docker, spec, {
      Internal: true,
      Options: noHostAddress,
      IPAM: { Driver: 'default', Config: [{ Subnet: subnet, IPRange: dynamicRange(subnet) }] },
    }).catch((error: unknown) => {
      // Somebody else took the range meanwhile.
      if (attempt < attempts && error instanceof DrillError && /overlap/i.test(error.message))
        return undefined;
      throw error;
    });
    if (made) return { network: made, addresses: addressesIn(subnet) };
  }
}

export async function makeFront(docker: Docker, spec: NetworkSpec): Promise<LabNetwork> {
  return makeNetwork(docker, spec, { Internal: false, Options: noTranslation });
}

interface Endpoint {
  readonly address: string;
  readonly aliases: readonly string[];
}

export async function attach(
  docker: Docker,
  network: LabNetwork,
  container: string,
  { address, aliases, signal }: Endpoint & { readonly signal?: AbortSignal },
): Promise<void> {
  const config = { IPAMConfig: { IPv4Address: address }, Aliases: [...aliases] };
  await asked(
    `connect a container to ${network.name}`,
    docker.api.getNetwork(network.id).connect({ Container: container, EndpointConfig: config }),
    signal,
  );
}

export async function detach(
  docker: Docker,
  network: LabNetwork,
  container: string,
  signal: AbortSignal,
): Promise<void> {
  await asked(
    `disconnect a container from ${network.name}`,
    docker.api.getNetwork(network.id).disconnect({ Container: container, Force: true }),
    signal,
  );
}

/** The fixed addresses of a lab within its subnet. */
export function addressesIn(subnet: string): Addresses {
  const base = numberOf(subnet.split('/')[0] ?? '');
  const at = (offset: number): string => textOf(base + offset);
  return {
    resolver: at(2),
    echo: at(3),
    relay: at(4),
    toolbox: at(5),
    kong: (node) => at(10 + node),
    postgres: (generation) => at(30 + generation),
  };
}

/** The upper half of a subnet: what gets no fixed address gets one from here. */
export function dynamicRange(subnet: string): string {
  const [address = '', length = ''] = subnet.split('/');
  const half = Number(length) + 1;
  return `${textOf(numberOf(address) + 2 ** (32 - half))}/${half}`;
}

/** Asks Docker for a free range by making a network and removing it: fixed addresses need a range that was asked for. */
async function freeSubnet(docker: Docker, spec: NetworkSpec): Promise<string> {
  const trial = { ...spec, name: `${spec.name}-range` };
  const api = docker.api.getNetwork((await makeNetwork(docker, trial, { Internal: true })).id);
  const found = await asked(`inspect the network ${trial.name}`, api.inspect(), spec.signal);
  await asked(`remove the network ${trial.name}`, api.remove().catch(ignoreMissing), spec.signal);
  const config = (found as { IPAM?: { Config?: { Subnet?: string }[] } }).IPAM?.Config ?? [];
  const subnet = config
    .map(({ Subnet }) => Subnet)
    .find((range) => range !== undefined && !range.includes(':'));
  if (subnet === undefined || Number(subnet.split('/')[1]) > 25)
    throw new DrillError(
      'engine',
      `Docker gave the range ${subnet ?? 'none'} for a network: expected 128 IPv4 addresses or more`,
      'see default-address-pools in the configuration of Docker',
    );
  return subnet;
}

async function makeNetwork(
  docker: Docker,
  { name, labels, signal }: NetworkSpec,
  options: Omit<Parameters<Docker['api']['createNetwork']>[0], 'Name' | 'Labels'>,
): Promise<LabNetwork> {
  const common = { Name: name, Labels: { ...labels }, Driver: 'bridge', EnableIPv6: false };
  const making = docker.api.createNetwork({ ...common, CheckDuplicate: true, ...options });
  const made = await asked(`make the network ${name}`, making, signal);
  return { name, id: made.id };
}

function numberOf(address: string): number {
  return address.split('.').reduce((total, part) => total * 256 + Number(part), 0);
}

function textOf(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
