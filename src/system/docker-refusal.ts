/** Why a Docker engine could not be asked: in few words, where clients use two hundred characters; and what to do. */
import { messageOf } from '../model/drill-error.js';
import type { DockerEndpoint } from './docker-endpoint.js';
import { codeOf } from './files.js';

export interface Refusal {
  readonly reason: string;
  readonly remedy: string;
  /** Nobody named an engine, and none is there. */
  readonly isAbsent: boolean;
}

/** From an error of the system or of TLS, or what was said in place of a success. */
export function whyRefused(error: unknown, endpoint: DockerEndpoint): Refusal {
  const said = `${endpoint.tls ? 'TLS ' : ''}${codeOf(error) ?? ''} ${error instanceof Error ? error.name : ''} ${messageOf(error)}`;
  const [, reason, remedy] = refusals.find(([words]) => words.test(said)) ?? [
    undefined,
    messageOf(error).slice(0, longestReason),
    orCorrect('see docker version'),
  ];
  const isAbsent = endpoint.named === undefined && /ENOENT|ECONNREFUSED/.test(said);
  return { reason, remedy: remedy(endpoint), isAbsent };
}

type Remedy = (endpoint: DockerEndpoint) => string;

const longestReason = 200;

const orCorrect =
  (first: string): Remedy =>
  ({ named }) =>
    `${first}, or ${named?.correction ?? 'point DOCKER_HOST at a remote engine'}`;

/** What runs behind an address or a context of somebody's own need not be called Docker. */
const toStart =
  (usual: string): Remedy =>
  (endpoint) =>
    orCorrect(endpoint.named === undefined ? usual : 'start that engine')(endpoint);

const seeCertificates =
  (what: string): Remedy =>
  ({ tls, named }) =>
    `${what} in ${tls?.folder ?? ''}, or ${named?.correction ?? ''}`;

const refusals: readonly (readonly [RegExp, string, Remedy])[] = [
  [
    /EACCES|EPERM/,
    'this user may not use it',
    () => 'add the user to the group docker (sudo usermod -aG docker $USER, then log in again)',
  ],
  [/ENOENT/, 'there is no such socket', toStart('install and start Docker')],
  [/ECONNREFUSED/, 'nothing listens there', toStart('start Docker (sudo systemctl start docker)')],
  [/ENOTFOUND|EAI_AGAIN/, 'no host has that name', orCorrect('see whether its name can be resolved here')],
  [
    /TimeoutError|AbortError|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    'it does not answer',
    orCorrect('see whether Docker still runs there (docker version)'),
  ],
  [
    /HTTP request to an HTTPS server/,
    'it speaks TLS only',
    () => 'set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem',
  ],
  [
    /wrong.version.number|packet length too long/i,
    'it speaks no TLS',
    orCorrect('take the certificates away (unset DOCKER_TLS_VERIFY)'),
  ],
  [
    /ALTNAME/,
    'its certificate is for another name than that of the address',
    orCorrect('use a name that its certificate has'),
  ],
  [
    /alert|^TLS ECONNRESET/i,
    'it refuses this client with its certificate',
    seeCertificates('see cert.pem and key.pem'),
  ],
  [
    /SELF_SIGNED|UNABLE_TO_|CERT_HAS_EXPIRED/,
    'its certificate does not come from the authority in ca.pem, or is out of date',
    seeCertificates('see ca.pem'),
  ],
  [
    /PEM|OSSL|ASN1|KEY_VALUES_MISMATCH/i,
    'the certificates for it cannot be read',
    seeCertificates('see ca.pem, cert.pem and key.pem'),
  ],
];
