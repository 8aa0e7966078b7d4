/** A self-signed certificate that follows from 32 bytes and a name: Ed25519, whose keys and signatures have no chance in them. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';

export interface KeyPair {
  /** PEM. */
  readonly cert: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

const validity = ['260101000000Z', '460101000000Z'] as const;
const tags = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, utcTime: 0x17 };
const sequenceTag = 0x30;
const setTag = 0x31;
const explicit = (number: number): number => 0xa0 + number;
const dnsName = 0x82;

/** Object identifiers, as they are encoded. */
const oids = {
  ed25519: '2b6570',
  commonName: '550403',
  subjectAltName: '551d11',
};
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param seed 32 bytes, which become the private key. */
export function certificateFor(hostName: string, seed: Buffer): KeyPair {
  const privateKey = createPrivateKey({
    key: Buffer.concat([privateKeyHead, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const algorithm = sequence(oid(oids.ed25519));
  const name = sequence(
    der(setTag, sequence(oid(oids.commonName), der(tags.utf8, Buffer.from(hostName.slice(0, 64))))),
  );
  const alternatives = sequence(der(dnsName, Buffer.from(hostName)));
  const toBeSigned = sequence(
    der(explicit(0), der(tags.integer, Buffer.of(2))),
    der(tags.integer, Buffer.concat([Buffer.of(1), seed.subarray(0, 8)])),
    algorithm,
    name,
    sequence(...validity.map((time) => der(tags.utcTime, Buffer.from(time)))),
    name,
    publicKey,
    der(explicit(3), sequence(sequence(oid(oids.subjectAltName), der(tags.octets, alternatives)))),
  );
  const signature = sign(null, toBeSigned, privateKey);
  const signed = sequence(toBeSigned, algorithm, der(tags.bits, Buffer.concat([Buffer.of(0), signature])));
  return {
    cert: pem('CERTIFICATE', signed),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(sequenceTag, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(tags.oid, Buffer.from(hex, 'hex'));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const size = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + size.length), size, content]);
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
