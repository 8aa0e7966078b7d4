/** A registry of one tiny image on 127.0.0.1, from which a Docker engine pulls without TLS. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { tarOf } from '../system/tar.js';
import { listenLocally } from './local-server.js';

export interface TinyRegistry extends AsyncDisposable {
  /** `127.0.0.1:1234`; the image is `tiny:1` in it, and `tiny@` the lie, if there is one. */
  readonly host: string;
  /** Digest of its manifest, as an engine that pulls it has to find it. */
  readonly digest: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

/** `lie` is a digest for which it gives its image, though that has another. */
export async function tinyRegistry(word: string, lie?: string): Promise<TinyRegistry> {
  const tar = await buffer(tarOf([{ name: 'word', content: word }]));
  const layer = gzipSync(tar);
  const config = Buffer.from(
    JSON.stringify({
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Cmd: ['/word'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  );
  const part = (mediaType: string, content: Buffer) => ({
    mediaType,
    size: content.length,
    digest: digestOf(content),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: part('application/vnd.docker.container.image.v1+json', config),
      layers: [part('application/vnd.docker.image.rootfs.diff.tar.gzip', layer)],
    }),
  );
  const digest = digestOf(manifest);
  const contents = new Map<string, readonly [type: string, content: Buffer]>([
    ['/v2/', ['application/json', Buffer.from('{}')]],
    ['/v2/tiny/manifests/1', [manifestType, manifest]],
    [`/v2/tiny/manifests/${digest}`, [manifestType, manifest]],
    ...(lie === undefined ? [] : ([[`/v2/tiny/manifests/${lie}`, [manifestType, manifest]]] as const)),
    [`/v2/tiny/blobs/${digestOf(config)}`, ['application/octet-stream', config]],
    [`/v2/tiny/blobs/${digestOf(layer)}`, ['application/octet-stream', layer]],
  ]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const [type, content] = contents.get(path) ?? [];
    if (type === undefined || content === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
      return;
    }
    response.writeHead(200, {
      'content-type': type,
      'content-length': content.length,
      'docker-content-digest': digestOf(content),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  const { port, close } = await listenLocally(server);
  return {
    host: `127.0.0.1:${port}`,
    digest,
    asked,
    [Symbol.asyncDispose]: close,
  };
}

const digestOf = (content: Buffer): string => `sha256:${createHash('sha256').update(content).digest('hex')}`;
