/**
 * testcontainers' own containers, with what a lab needs and they have no words for: an address of its own on an internal network,
 * a named volume, a resolver, ports on one address only. Imported lazily: testcontainers costs most of a second.
 */
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import { GenericContainer } from 'testcontainers';
import type { WaitStrategy } from 'testcontainers';
import type { ContainerSpec } from './container-spec.js';

/** Readiness is the lab's own business: it asks inside the network, where no port is published. */
const running: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => running,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

export class ShapedContainer extends GenericContainer {
  private readonly spec: ContainerSpec;

  constructor(spec: ContainerSpec) {
    super(spec.image.name);
    this.spec = spec;
    this.withName(spec.name)
      .withLabels({ ...spec.labels })
      .withWaitStrategy(running)
      .withDefaultLogDriver();
    if (spec.env) this.withEnvironment({ ...spec.env });
    if (spec.entrypoint) this.withEntrypoint([...spec.entrypoint]);
    if (spec.command) this.withCommand([...spec.command]);
    this.withAutoCleanup(false);
    Object.assign(this.createOpts, createOptionsOf(spec));
    Object.assign(this.hostConfig, hostConfigOf(spec));
    this.archivesToCopy.push(...(spec.archives ?? []));
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.spec.onCreated?.(id);
  }
}

export class ShapedPostgres extends PostgreSqlContainer {
  private readonly spec: ContainerSpec;

  constructor(spec: ContainerSpec, access: { user: string; password: string; database: string }) {
    super(spec.image.name);
    this.spec = spec;
    this.withUsername(access.user).withPassword(access.password).withDatabase(access.database);
    this.withName(spec.name)
      .withLabels({ ...spec.labels })
      .withWaitStrategy(running)
      .withDefaultLogDriver();
    this.withAutoCleanup(false);
    if (spec.command) this.withCommand([...spec.command]);
    // No published port, and no health check four times a second beside the measurement.
    this.exposedPorts = [];
    this.hostConfig.PortBindings = {};
    this.healthCheck = { test: ['CMD', 'true'] };
    Object.assign(this.createOpts, createOptionsOf(spec), {
      ExposedPorts: {},
      Healthcheck: { Test: ['NONE'] },
    });
    Object.assign(this.hostConfig, hostConfigOf(spec));
    this.archivesToCopy.push(...(spec.archives ?? []));
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.spec.onCreated?.(id);
  }
}

function createOptionsOf({ image, hostname, network, ports, user, workingFolder }: ContainerSpec): object {
  const endpoint = {
    ...(network?.address ? { IPAMConfig: { IPv4Address: network.address } } : {}),
    Aliases: [...(network?.aliases ?? [])],
  };
  return {
    Image: image.id,
    ...(hostname ? { Hostname: hostname } : {}),
    ...(user ? { User: user } : {}),
    ...(workingFolder ? { WorkingDir: workingFolder } : {}),
    ...(network ? { NetworkingConfig: { EndpointsConfig: { [network.name]: endpoint } } } : {}),
    ...(ports ? { ExposedPorts: Object.fromEntries(ports.inside.map((port) => [`${port}/tcp`, {}])) } : {}),
  };
}

function hostConfigOf({ network, volumes = [], dns, ports, sysctls, keepsAlive }: ContainerSpec): object {
  return {
    RestartPolicy: { Name: 'no' },
    NetworkMode: network?.name ?? 'none',
    ...(keepsAlive ? { Init: true } : {}),
    ...(dns ? { Dns: [dns], DnsSearch: ['.'] } : {}),
    ...(sysctls ? { Sysctls: sysctls } : {}),
    Mounts: volumes.map(({ name, target }) => ({ Type: 'volume', Source: name, Target: target })),
    ...(ports
      ? {
          PortBindings: Object.fromEntries(
            ports.inside.map((port) => [`${port}/tcp`, [{ HostIp: ports.address, HostPort: '' }]]),
          ),
        }
      : {}),
  };
}
