/** What a run of the processes engine left on this machine, by other means than the engine's own. */
import { readdir, readFile } from 'node:fs/promises';
import { runCommand } from '../system/command.js';

/** Folders named after the run, and processes that have it in their environment or command line. */
export async function leftoversOf(runId: string, temporaryFolder: string): Promise<string[]> {
  const folders = (await readdir(temporaryFolder)).filter((name) => name.startsWith(`kong-drill-${runId}-`));
  const { stdout } = await runCommand(['ps', '-A', '-ww', '-o', 'pid=,stat=,args=']);
  const processes = await Promise.all(
    stdout.split('\n').map(async (line) => {
      const [pid = '', state = 'Z'] = line.trim().split(/\s+/);
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const isOfRun =
        line.includes(`kong-drill-${runId}-`) || environment.includes(`KONG_DRILL_RUN=${runId}\0`);
      return isOfRun && !state.startsWith('Z') ? [line.trim()] : [];
    }),
  );
  return [...folders, ...processes.flat()];
}
