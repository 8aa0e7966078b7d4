import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { engineContract } from '../contract.js';
import { processesEngine } from './engine.js';

engineContract('processes', { engine: () => processesEngine({ fast: true }), leftovers });

/** Folders named after the run, processes with the run in their environment or in one of its folders, straight from /proc. */
async function leftovers(runId: string): Promise<string[]> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(`kong-drill-${runId}-`));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const processes = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [environment, commandLine, stat] = await Promise.all([
        read('environ'),
        read('cmdline'),
        read('stat'),
      ]);
      const isOf =
        environment.includes(`KONG_DRILL_RUN=${runId}\0`) || commandLine.includes(`kong-drill-${runId}-`);
      return isOf && !stat.includes(') Z ') ? [`pid ${pid}: ${commandLine}`] : [];
    }),
  );
  return [...folders, ...processes.flat()];
}
