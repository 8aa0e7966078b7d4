import { tmpdir } from 'node:os';
import { leftoversOf } from '../../testing/leftovers.js';
import { engineContract } from '../contract.js';
import { processesEngine } from './engine.js';

engineContract('processes', {
  engine: () => processesEngine({ fast: true }),
  leftovers: (runId) => leftoversOf(runId, tmpdir()),
});
