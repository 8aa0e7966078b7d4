/** What is none of a drill's, and looks as if it were: in the end all of it has to be as it was. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processEntry } from '../system/process-table.js';
import { docker, dockerMissing } from './docker.js';
import { runVariable } from '../engine/owned-folder.js';
import { environment } from '../system/environment.js';
import type { Scope } from './running-drill.js';

export interface Foreigners {
  /** What is no longer there, or no longer the same. */
  hit(): Promise<readonly string[]>;
}

/** Processes, a folder and, where Docker answers, a container, a volume and a network, all named after the run. */
export async function foreigners(scope: Scope, runId: string, temporaryFolder: string): Promise<Foreigners> {
  const processes = [startForeign(scope, '/', runId), startForeign(scope, temporaryFolder, 'another')];
  const folder = join(temporaryFolder, `kong-drill-${runId}-notes`);
  await mkdir(folder);
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ runId, mark: 'of somebody else' }));
  const objects = (await dockerMissing()) === undefined ? await foreignObjects(scope, runId) : [];
  const stateOf = (): Promise<Map<string, string>> => look(processes, folder, objects);
  const before = await stateOf();
  return {
    hit: async () => {
      const now = await stateOf();
      return [...before].filter(([name, state]) => now.get(name) !== state).map(([name]) => name);
    },
  };
}

function startForeign(scope: Scope, cwd: string, runId: string): number {
  const child = spawn('sleep', ['600'], {
    cwd,
    env: { ...process.env, [runVariable]: runId },
    stdio: 'ignore',
  });
  scope.after(() => child.kill('SIGKILL'));
  return child.pid ?? 0;
}

type ForeignObject = readonly [kind: 'container' | 'network' | 'volume', name: string, format: string];

/** With the label of another tool, of another part of ours, and that of the run itself with another word in it. */
async function foreignObjects(scope: Scope, runId: string): Promise<readonly ForeignObject[]> {
  const name = `kong-drill-${runId}-foreign`;
  const labels = ['com.kong-drill.other=1', 'org.testcontainers=true', `com.example.kong-drill.run=${runId}`];
  const labelled = labels.flatMap((label) => ['--label', label]);
  scope.after(async () => {
    await docker(['rm', '--force', '--volumes', name]);
    await docker(['network', 'rm', name]);
    await docker(['volume', 'rm', name]);
  });
  await docker(['network', 'create', ...labelled, name]);
  await docker(['volume', 'create', ...labelled, name]);
  const image = environment().KONG_DRILL_IMAGE_LAB ?? '';
  const running = ['--detach', '--name', name, ...labelled, '--network', name, '--volume', `${name}:/kept`];
  await docker(['run', ...running, '--entrypoint', 'sleep', image, '600']);
  return [
    ['container', name, '{{.Id}} {{.State.StartedAt}} {{.State.Running}}'],
    ['network', name, '{{.Id}} {{len .Containers}}'],
    ['volume', name, '{{.CreatedAt}}'],
  ];
}

async function look(
  processes: readonly number[],
  folder: string,
  objects: readonly ForeignObject[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const pid of processes) found.set(`process ${pid}`, (await processEntry(pid))?.startedAt ?? 'gone');
  found.set(folder, await readFile(join(folder, 'owner.json'), 'utf8').catch(() => 'gone'));
  for (const [kind, name, format] of objects)
    found.set(
      `${kind} ${name}`,
      await docker([kind, 'inspect', '--format', format, name]).catch(() => 'gone'),
    );
  return found;
}
