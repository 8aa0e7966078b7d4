/** The engine contract on containers. KONG_DRILL_IMAGE_* name the images; TESTCONTAINERS_RYUK_DISABLED where Ryuk cannot be had. */
import { dockerMissing, labelled } from '../../testing/docker.js';
import { engineContract } from '../contract.js';
import { containersEngine } from './engine.js';

engineContract('containers', {
  engine: () => containersEngine(),
  unavailable: dockerMissing,
  leftovers: (runId) => labelled(`com.kong-drill.run=${runId}`),
});
