/** The containers engine: the official images, or the ones named in their place, on whatever Docker engine testcontainers finds. */
import { cleanFolders } from '../clean-folders.js';
import type { Engine } from '../engine.js';
import { temporaryFolders } from '../owned-folder.js';
import { cleanDead } from './clean.js';
import { chooseImage } from './image-names.js';
import { engineState, keyOf } from './engine-state.js';
import { openLab } from './lab.js';
import type { ContainersOptions } from './options.js';
import { prepare } from './prepare.js';

const isolation =
  'an internal Docker network without a gateway: every name leads to the echo, and no address outside can be reached';

export function containersEngine(options: ContainersOptions = {}): Engine {
  const engine = engineState(options);
  return {
    name: 'containers',
    isolation,
    blocksAddresses: true,
    prepare: (plan, signal) => prepare(engine, plan, signal),
    open: async (spec) => {
      const { topology } = spec;
      const prepared = engine.prepared.get(keyOf(topology));
      return openLab(spec, {
        docker: await engine.docker(spec.signal),
        environment: engine.naming.environment,
        image: (role, version) =>
          engine.image(chooseImage(role, topology, engine.naming, version), spec.signal),
        toolsVersion: prepared?.toolsVersion ?? topology.postgres.version,
        deck: prepared?.deck,
      });
    },
    clean: async (signal) => {
      const docker = await engine.docker(signal);
      const dead = await cleanDead(docker, signal);
      const { clock } = docker;
      const here = temporaryFolders(engine.naming.environment);
      return [...dead, ...(await cleanFolders(here, { engine: 'containers', clock, signal }))];
    },
  };
}
