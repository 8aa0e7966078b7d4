/** Custom plugins in containers: their files are in Kong, and one that the state needs and Kong lacks is named before the disaster. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from '../system/command.js';
import { docker, labelled } from '../testing/docker.js';
import { whyNot } from '../testing/engines.js';
import { program, startDrill } from '../testing/running-drill.js';

const folderInKong = '/usr/local/share/lua/5.1/kong/plugins/visitors';
const handler = "return { PRIORITY = 10, VERSION = '1.0.0' }\n";
const schema = "return { name = 'visitors', fields = { { config = { type = 'record', fields = {} } } } }\n";

const drill = `
name: custom-plugins
topology:
  kong:
    version: '3.9'
    nodes: 1
    plugins: [visitors]
    files: { ${folderInKong}: plugins/visitors }
state: { pipeline: pipeline }
failure: [{ kind: lose, target: kong }]
recovery: { reattach: [{ stage: reattach }] }
`;

const needsStamp = `
run: platform-1
team: platform
at: '2026-01-12T08:30:00Z'
steps:
  - name: plugin stamp
    request: { method: POST, path: /plugins, body: { name: stamp } }
`;

const skip = (await whyNot('containers')) ?? false;

test(
  'custom plugins - files in Kong, and what it lacks, containers',
  { skip, timeout: 120_000 },
  async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'kd-test-plugins-'));
    context.after(() => rm(folder, { recursive: true }));
    const files = { 'plugins/visitors/handler.lua': handler, 'plugins/visitors/schema.lua': schema };
    const all = { ...files, 'pipeline/platform-1.yaml': needsStamp, 'drill.yaml': drill };
    for (const name of ['plugins/visitors', 'pipeline']) await mkdir(join(folder, name), { recursive: true });
    for (const [name, content] of Object.entries(all)) await writeFile(join(folder, name), content);
    // Nobody but its owner may read it here; in Kong, which runs as another user, it has to be read all the same.
    for (const name of Object.keys(files)) await chmod(join(folder, name), 0o600);

    const file = join(folder, 'drill.yaml');
    const running = await startDrill(context, { engine: 'containers', file, args: ['--keep'] });
    const ended = await running.ended;
    const label = `com.kong-drill.run=${await running.runId()}`;
    try {
      const said = (ended.progress + ended.output).replaceAll(/\s+/g, ' ');
      assert.equal(ended.exitCode, 3, said);
      assert.match(said, /the state needs the plugin stamp, which this Kong does not have/);
      assert.match(said, /name it under topology\.kong\.plugins, and bring it with .* topology\.kong\.files/);
      const kinds = (await running.events()).map(({ kind }) => kind);
      assert.ok(!kinds.includes('failure-issued'), 'nothing was destroyed');

      const found = (await labelled(label)).find((each) => /^container .*-kong-1-/.test(each));
      assert.ok(found, said);
      const inKong = (...command: string[]) => docker(['exec', found.replace('container ', ''), ...command]);
      assert.equal(await inKong('cat', `${folderInKong}/handler.lua`), handler);
      assert.equal(await inKong('cat', `${folderInKong}/schema.lua`), schema);
      assert.equal((await inKong('printenv', 'KONG_PLUGINS')).trim(), 'bundled,visitors');
    } finally {
      const cleaned = await runCommand([process.execPath, program, 'clean', '--engine', 'containers']);
      assert.equal(cleaned.exitCode, 0, cleaned.stderr);
    }
    assert.deepEqual(await labelled(label), []);
  },
);
