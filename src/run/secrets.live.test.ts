/** Secrets planted in a configuration, looked for in every byte that a real run leaves and says. */
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { leaksIn } from '../testing/canaries.js';
import { docker } from '../testing/docker.js';
import { enginesToTest, whyNot } from '../testing/engines.js';
import { startDrill } from '../testing/running-drill.js';

const planted = {
  key: 'canary-key/1+<&>"of mine',
  password: "canary-password & 'more'",
  hmac: 'canary-hmac-secret-0001',
  jwt: 'canary-jwt-secret-0002',
};

for (const engine of enginesToTest()) {
  const skip = (await whyNot(engine)) ?? false;
  test(
    `secrets - planted ones are in no record, engine ${engine}`,
    { skip, timeout: 600_000 },
    async (context) => {
      const folder = await mkdtemp(join(tmpdir(), 'kd-test-secrets-'));
      await chmod(folder, 0o755);
      context.after(() => rm(folder, { recursive: true, force: true }));
      const file = await plantedDrill(folder);
      const running = await startDrill(context, { engine, file });
      const labels = engine === 'containers' ? await labelsOf(await running.runId()) : '';
      const { exitCode, output, progress, ...ended } = await running.ended;
      // The script that fails is a missed recovery; everything before it worked.
      assert.equal(exitCode, 1, progress + output);
      const run = await ended.folder();
      const said = JSON.stringify((await running.events()).filter(({ kind }) => kind === 'step-ended'));
      assert.match(said, /the script was here/);
      assert.deepEqual(await leaksIn(run, { output, progress, labels }, Object.values(planted)), []);
    },
  );
}

/** Its script says each secret as a careless one would, in several encodings, and fails. */
async function plantedDrill(folder: string): Promise<string> {
  await mkdir(join(folder, 'runs'));
  const put = (path: string, body: object) => ({ request: { method: 'PUT', path, body } });
  const at = '/consumers/canary';
  const steps = [
    put('/services/orders', { host: 'orders.internal' }),
    put('/services/orders/routes/orders', { paths: ['/orders'] }),
    put(at, { username: 'canary' }),
    put(`${at}/key-auth/11111111-1111-4111-8111-111111111111`, { key: planted.key }),
    put(`${at}/basic-auth/11111111-1111-4111-8111-111111111112`, {
      username: 'canary',
      password: planted.password,
    }),
    put(`${at}/hmac-auth/11111111-1111-4111-8111-111111111113`, { username: 'canary', secret: planted.hmac }),
    put(`${at}/jwt/11111111-1111-4111-8111-111111111114`, { key: 'canary-issuer', secret: planted.jwt }),
  ];
  const record = { run: 'canary-1', at: '2026-01-01T00:00:00Z', steps };
  await writeFile(join(folder, 'runs', '1.yaml'), JSON.stringify(record));
  const script = `
    const secrets = ${JSON.stringify([planted.key, planted.hmac, planted.jwt])};
    console.log('the script was here');
    for (const secret of secrets) {
      console.log(secret, encodeURIComponent(secret), JSON.stringify({ secret }), Buffer.from(secret).toString('hex'));
      console.error('Authorization: Basic ' + Buffer.from('canary:' + secret).toString('base64'));
    }
    process.exit(3);`;
  await writeFile(join(folder, 'script.mjs'), script);
  const drill = {
    name: 'planted-secrets',
    state: { pipeline: 'runs' },
    artifacts: { repos: { kind: 'pipeline', path: 'runs' } },
    failure: [{ kind: 'kill', target: 'kong' }],
    recovery: {
      careless: [
        { stage: 'reattach' },
        { stage: 'ci-replay', from: 'repos' },
        { stage: 'infrastructure', command: [process.execPath, 'script.mjs'] },
      ],
    },
    limits: { observe: '10s' },
  };
  const file = join(folder, 'planted-secrets.yaml');
  await writeFile(file, JSON.stringify(drill));
  return file;
}

/** Everything that Docker tells of the containers of a run, as soon as there is one. */
async function labelsOf(runId: string): Promise<string> {
  const filter = ['--all', '--filter', `label=com.kong-drill.run=${runId}`];
  const ids = (await docker(['ps', ...filter, '--quiet'])).split('\n').filter((id) => id !== '');
  return ids.length === 0 ? '' : await docker(['inspect', '--format', '{{json .Config.Labels}}', ...ids]);
}
