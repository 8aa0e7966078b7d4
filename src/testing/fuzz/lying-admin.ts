/** An Admin API that lies: pages in a circle, HTML, redirects elsewhere, broken JSON, other shapes than Kong's. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import fc from 'fast-check';
import { listenLocally } from '../local-server.js';
import { hostileTexts } from './mutations.js';

interface Lie {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly location?: string;
}

const anything = fc.oneof(fc.constantFrom<unknown>(...hostileTexts), fc.jsonValue({ maxDepth: 3 }));
const entity = fc.dictionary(
  fc.constantFrom(
    'id',
    'name',
    'service',
    'route',
    'consumer',
    'key',
    'tags',
    'config',
    '__proto__',
    'constructor',
    'created_at',
  ),
  anything,
);
const page = fc.record(
  {
    data: fc.oneof(fc.array(entity, { maxLength: 4 }), anything),
    next: anything,
    offset: anything,
    version: anything,
  },
  { requiredKeys: [] },
);
const lie: fc.Arbitrary<Lie> = fc.record(
  {
    status: fc.constantFrom(200, 200, 200, 200, 201, 204, 301, 302, 307, 400, 401, 403, 404, 500, 503),
    type: fc.constantFrom('application/json', 'text/html', ''),
    body: fc.oneof(
      page.map((value) => JSON.stringify(value)),
      anything.map((value) => JSON.stringify(value)),
      fc.constantFrom('<html><kdx></html>', '{"data":[', '', '[[[[[[', '{"data":[],"offset":"same"}'),
    ),
    location: fc.constantFrom('http://127.0.0.1:1/elsewhere', '//kdx.invalid/', '/'),
  },
  { requiredKeys: ['status', 'type', 'body'] },
);

/** What it answers, request by request, over and over. */
export const lies: fc.Arbitrary<string> = fc
  .array(lie, { minLength: 1, maxLength: 8 })
  .map((answers) => JSON.stringify(answers));

export interface LyingAdmin extends AsyncDisposable {
  readonly url: string;
  /** @throws where it was sent anything but a question. */
  expectHonestClient(): void;
}

export async function lyingAdmin(script: string): Promise<LyingAdmin> {
  const answers = JSON.parse(script) as readonly Lie[];
  const methods = new Set<string>();
  let asked = 0;
  const server = createServer((request, response) => {
    methods.add(request.method ?? '');
    // The first answer decides whether this is taken for a Kong at all.
    const isFirst = asked === 0;
    const { status, type, body, location }: Lie = answers[asked % answers.length] ?? nothing;
    asked += 1;
    response.writeHead(isFirst ? 200 : status, {
      'content-type': type,
      ...(location === undefined ? {} : { location }),
    });
    response.end(isFirst ? '{"version":"3.9.0"}' : body);
  });
  const { port, close } = await listenLocally(server);
  return {
    url: `http://127.0.0.1:${port}`,
    expectHonestClient: () =>
      assert.deepEqual(
        [...methods].filter((method) => method !== 'GET'),
        [],
      ),
    [Symbol.asyncDispose]: close,
  };
}

const nothing: Lie = { status: 200, type: '', body: '' };
