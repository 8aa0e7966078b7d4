import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCompose } from './compose.js';

const compose = (kong: string, others = ''): string =>
  `services:\n  gateway:\n    ${kong.replaceAll('\n', '\n    ')}\n${others}`;

test('compose - version, nodes and settings of Kong, and the version of Postgres', () => {
  const text = compose(
    `image: kong:3.8
deploy: { replicas: 3 }
environment:
  KONG_PG_HOST: db
  KONG_PG_PASSWORD: secret
  KONG_DB_UPDATE_FREQUENCY: "10"
  KONG_NGINX_WORKER_PROCESSES: 4`,
    '  db: { image: "docker.io/library/postgres:16-alpine" }\n',
  );
  const found = readCompose('compose.yml', text);
  assert.deepEqual(found, {
    kong: { edition: 'oss', version: '3.8', nodes: 3, workers: 4, settings: { db_update_frequency: 10 } },
    postgresVersion: '16',
    notes: ['compose.yml: Kong 3.8 (nodes: 3), Postgres 16'],
  });
});

test('compose - the job that runs the migrations is no node, several services are several nodes', () => {
  const others = `  migrate: { image: "kong:3.9", command: [kong, migrations, up], environment: { KONG_DATABASE: postgres } }
  second: { image: "kong:3.9", environment: ["KONG_PG_HOST=db"], scale: 2 }
`;
  assert.equal(readCompose('c.yml', compose('image: kong:3.9', others)).kong?.nodes, 3);
});

test('compose - variables in the name of an image stand for their defaults', () => {
  assert.equal(readCompose('c.yml', compose('image: kong:${KONG_VERSION:-3.7}')).kong?.version, '3.7');
});

test('compose - Enterprise, and an image of one’s own', () => {
  const enterprise = readCompose('c.yml', compose('image: kong/kong-gateway:3.9.0.1')).kong;
  assert.deepEqual(
    [enterprise?.edition, enterprise?.version, enterprise?.image],
    ['enterprise', '3.9.0.1', undefined],
  );
  const own = readCompose('c.yml', compose('image: registry.example/team/kong:3.9-audit')).kong;
  assert.deepEqual([own?.version, own?.image], ['3.9', 'registry.example/team/kong:3.9-audit']);
});

const useless: readonly (readonly [string, string, RegExp])[] = [
  ['without Kong', 'services: { web: { image: nginx } }', /no Kong in it/],
  ['DB-less', compose('image: kong:3.9\nenvironment: { KONG_DATABASE: "off" }'), /without a database/],
  ['hybrid', compose('image: kong:3.9\nenvironment: [KONG_ROLE=data_plane]'), /hybrid mode/],
  ['that is not YAML', 'services: [\n', /cannot be read: .* at line \d+, column \d+$/],
  ['that is a list', '- services', /it has no services/],
];
for (const [what, text, note] of useless) {
  test(`compose - a file ${what} says so, and gives no Kong`, () => {
    const found = readCompose('compose.yml', text);
    assert.equal(found.kong, undefined);
    assert.match(found.notes.join('\n'), note);
  });
}
