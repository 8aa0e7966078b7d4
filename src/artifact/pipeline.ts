/** Reading recorded pipeline runs: a folder of YAML files, one a run. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError, messageOf } from '../model/drill-error.js';
import { pipelineRunSchema } from '../model/pipeline.js';
import type { PipelineRun } from '../model/pipeline.js';
import type { Found, RecordedRun } from './artifact.js';

/** All runs of a folder, oldest first; runs of the same second in the order of their file names. @throws DrillError `usage`. */
export async function readPipeline(folder: string): Promise<RecordedRun[]> {
  const names = (await readdir(folder).catch((error: unknown) => refuse(folder, messageOf(error))))
    .filter((name) => /\.ya?ml$/.test(name))
    .sort();
  if (names.length === 0) refuse(folder, 'found no .yaml file in it');
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const isRun = ajv.compile<PipelineRun>(pipelineRunSchema);
  const faults = (): string => ajv.errorsText(isRun.errors?.slice(0, shownErrors), { dataVar: 'run' });
  const runs: RecordedRun[] = [];
  for (const name of names) {
    const content = await yamlIn(join(folder, name));
    if (!isRun(content)) refuse(join(folder, name), faults());
    runs.push({ ...content, file: join(folder, name), folder });
  }
  return runs.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** A folder of recorded runs as an artifact; up to the end of its newest run, and no further, it brings Kong back. */
export async function givePipeline(path: string): Promise<Found> {
  try {
    const runs = await readPipeline(path);
    const newest = runs.at(-1)?.at;
    return {
      method: 'recorded runs',
      path,
      faults: [],
      runs,
      ...(newest === undefined ? {} : { createdUtc: newest }),
    };
  } catch (error) {
    return { method: 'recorded runs', path, faults: [messageOf(error)] };
  }
}

/** One slip makes several, and a file of another kind thousands. */
const shownErrors = 5;

async function yamlIn(file: string): Promise<unknown> {
  const { plainYaml } = await import('../system/plain-yaml.js');
  try {
    return plainYaml(await readFile(file, 'utf8'));
  } catch (error) {
    refuse(file, messageOf(error));
  }
}

function refuse(where: string, got: string): never {
  throw new DrillError(
    'usage',
    `${where}: expected recorded pipeline runs, ${got}`,
    'each run is a YAML file with `run`, `at` and `steps`; see drills/fixtures/shop',
  );
}
