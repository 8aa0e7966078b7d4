/** Secrets planted in a configuration, looked for in every byte that a real run leaves and says. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineName } from '../engine/engine.js';
import { selfSigned } from '../standin/proxy/self-signed.js';
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

/** Of databases that are not the lab's: nobody but the script knows them, so that only their form tells what they are. */
const foreign = [
  'url',
  'dsn',
  'quoted',
  'variable',
  'setting',
  'json',
  'twice',
  'percent',
  'percent-dsn',
  'secret',
  'token',
  'header',
  'client',
].map((place) => `canary-foreign-${place}`);

/** Of the user's environment, which the script is given; a licence is JSON. */
const ofEnvironment = {
  CANARY_TOKEN: 'canary/environment+token of mine',
  DECK_CANARY: 'canary-environment-of-deck',
  KONG_LICENSE_DATA: JSON.stringify({ license: { version: '1', signature: 'canary-licence-signature' } }),
};
/** Of the runner's environment, which the script is not given. */
const ofRunner = {
  KONG_DRILL_SNAPSHOT_KEY: 'canary-key-of-snapshots',
  KONG_DRILL_SIGNING_KEY: generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString(),
};
const { cert: certificate, key: pem } = selfSigned();
const pemBody = pem.split('\n')[1] ?? '';
const consumer = '11111111-1111-4111-8111-111111111110';

for (const engine of enginesToTest()) {
  const skip = (await whyNot(engine)) ?? false;
  test(
    `secrets - planted ones are in no record, engine ${engine}`,
    { skip, timeout: 600_000 },
    async (context) => {
      const folder = await mkdtemp(join(tmpdir(), 'kd-test-secrets-'));
      await chmod(folder, 0o755);
      context.after(() => rm(folder, { recursive: true, force: true }));
      const file = await plantedDrill(folder, engine);
      const running = await startDrill(context, { engine, file, env: { ...ofEnvironment, ...ofRunner } });
      await running.until('phase-started', ({ phase }) => phase === 'change');
      const labels = engine === 'containers' ? await labelsOf(await running.runId()) : '';
      const { exitCode, output, progress, ...ended } = await running.ended;
      // The script that fails is a missed recovery; everything before it worked.
      assert.equal(exitCode, 1, progress + output);
      const run = await ended.folder();
      const said = JSON.stringify((await running.events()).filter(({ kind }) => kind === 'step-ended'));
      assert.match(said, /the script was here/);
      const secrets = [...Object.values(planted), ...foreign, ...(await learnedIn(folder))];
      secrets.push(...Object.values(ofEnvironment), ...Object.values(ofRunner), pemBody);
      assert.deepEqual(await leaksIn(run, { output, progress, labels }, secrets), []);
    },
  );
}

/** What the script had of the lab: the password of its Postgres, and the hash that a dump of Kong holds for a password. */
async function learnedIn(folder: string): Promise<readonly string[]> {
  const { hash, password, given } = JSON.parse(
    await readFile(join(folder, 'learned.json'), 'utf8'),
  ) as Learned;
  assert.deepEqual(given, Object.keys(ofEnvironment), "the user's own, and none of the runner's");
  assert.equal(hash, createHash('sha1').update(`${planted.password}${consumer}`).digest('hex'));
  assert.match(password, /^[0-9a-f]{32}$/);
  return [hash, password];
}

interface Learned {
  readonly hash: string;
  readonly password: string;
  /** The variables that it was given, of those that were planted. */
  readonly given: readonly string[];
}

/** Its script says each secret as a careless one would, in several encodings, and fails. */
async function plantedDrill(folder: string, engine: EngineName): Promise<string> {
  await mkdir(join(folder, 'runs'));
  const put = (path: string, body: object) => ({ request: { method: 'PUT', path, body } });
  const at = '/consumers/canary';
  const steps = [
    put('/services/orders', { host: 'orders.internal' }),
    put('/services/orders/routes/orders', { paths: ['/orders'] }),
    put(at, { username: 'canary', id: consumer }),
    put(`${at}/key-auth/11111111-1111-4111-8111-111111111111`, { key: planted.key }),
    put(`${at}/basic-auth/11111111-1111-4111-8111-111111111112`, {
      username: 'canary',
      password: planted.password,
    }),
    put(`${at}/hmac-auth/11111111-1111-4111-8111-111111111113`, { username: 'canary', secret: planted.hmac }),
    put(`${at}/jwt/11111111-1111-4111-8111-111111111114`, { key: 'canary-issuer', secret: planted.jwt }),
    put('/certificates/11111111-1111-4111-8111-111111111115', { cert: certificate, key: pem }),
  ];
  const record = { run: 'canary-1', at: '2026-01-01T00:00:00Z', steps };
  await writeFile(join(folder, 'runs', '1.yaml'), JSON.stringify(record));
  const [
    url,
    dsn,
    quoted,
    variable,
    setting,
    json,
    twice,
    percent,
    percentDsn,
    secret,
    token,
    header,
    client,
  ] = foreign;
  const script = `
    import { writeFileSync } from 'node:fs';
    const { KONG_ADMIN_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } = process.env;
    const given = ${JSON.stringify(Object.keys({ ...ofEnvironment, ...ofRunner }))}.filter((name) => process.env[name]);
    const answer = await fetch(KONG_ADMIN_URL + '${at}/basic-auth');
    const hash = (await answer.json()).data[0].password;
    writeFileSync('learned.json', JSON.stringify({ hash, password: PGPASSWORD, given }));
    const address = 'postgres://' + PGUSER + ':' + PGPASSWORD + '@' + PGHOST + ':' + PGPORT + '/' + PGDATABASE;
    const secrets = [...${JSON.stringify([planted.key, planted.hmac, planted.jwt])}, hash, PGPASSWORD, address];
    secrets.push(...given.map((name) => process.env[name]));
    console.log('the script was here');
    for (const secret of secrets) {
      console.log(secret, encodeURIComponent(secret), JSON.stringify({ secret }), Buffer.from(secret).toString('hex'));
      console.log(secret.toUpperCase(), Buffer.from(secret, 'hex').toString('base64'));
      console.error('Authorization: Basic ' + Buffer.from('canary:' + secret).toString('base64'));
    }
    console.log('postgres://canary:${url}@db.example/kong', 'host=db.example password=${dsn} dbname=kong');
    console.log("host=db.example password='${quoted}'", 'PGPASSWORD=${variable} pg_dump', 'KONG_PG_PASSWORD=${setting}');
    console.error(JSON.stringify({ password: '${json}' }), JSON.stringify(JSON.stringify({ password: '${twice}' })));
    console.error(encodeURIComponent('postgres://canary:${percent}@db.example/kong password=${percentDsn}'));
    console.log('AWS_SECRET_ACCESS_KEY=${secret}', 'Authorization: Token ${token}');
    console.error('X-Vault-Token: ${header}', JSON.stringify({ client_secret: '${client}' }), ${JSON.stringify(pem)});
    process.exit(3);`;
  await writeFile(join(folder, 'script.mjs'), script);
  const drill = {
    name: 'planted-secrets',
    state: { pipeline: 'runs' },
    artifacts: {
      repos: { kind: 'pipeline', path: 'runs' },
      // Not every machine with Node only has a pg_dump.
      nightly: { kind: 'database', every: '24h', method: engine === 'containers' ? 'logical' : 'physical' },
    },
    failure: [{ kind: 'lose', target: 'postgres' }],
    recovery: {
      careless: [
        { stage: 'database-restore', from: 'nightly' },
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

/** Every label of the containers of a run, in one question: some of them end while it is asked. */
async function labelsOf(runId: string): Promise<string> {
  const filter = ['--all', '--filter', `label=com.kong-drill.run=${runId}`];
  const labels = await docker(['ps', ...filter, '--no-trunc', '--format', '{{.Labels}}']);
  const containers = labels.split('\n').filter((line) => line.includes(runId)).length;
  assert.ok(containers > 3, `${containers} containers: ${labels}`);
  return labels;
}
