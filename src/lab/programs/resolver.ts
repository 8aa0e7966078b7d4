/**
 * The lab's DNS: every name leads to the echo, except those of a table, which is read anew for each question.
 * A program of its own, of Node's builtins only, so that this one file can be copied into an image.
 *
 * KONG_DRILL_LISTEN is where it listens (UDP, `address:port`, by default `0.0.0.0:53`), KONG_DRILL_TABLE the table, a JSON file:
 *
 *   { "echo": { "address": "127.0.0.1", "port": 8080 }, "names": { "postgres.lab": "127.0.0.2" } }
 *
 * An SRV question about any other name is answered with the echo's port: Kong prefers SRV, so that it reaches the echo whatever
 * port an upstream is said to have. Every name asked for is a line on standard output.
 */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';

interface Table {
  readonly echo: { readonly address: string; readonly port: number };
  readonly names: Readonly<Record<string, string>>;
}

interface Question {
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: number;
  /** As it came, to be sent back. */
  readonly bytes: Buffer;
}

const types = { A: 1, AAAA: 28, SRV: 33, ANY: 255 } as const;
const typeWords = new Map<number, string>(Object.entries(types).map(([word, type]) => [type, word]));
const headerBytes = 12;
/** As Docker's own resolver has it; Kong keeps what it resolved for so long. */
const ttlSeconds = 600;
const echoName = 'echo.lab';

const [, address = '0.0.0.0', port = '53'] =
  /^(.+):([0-9]+)$/.exec(process.env.KONG_DRILL_LISTEN ?? '') ?? [];
const tableFile = process.env.KONG_DRILL_TABLE ?? 'table.json';

const socket = createSocket('udp4');
socket.on('message', (message, from) => {
  const reply = replyTo(message);
  if (reply) socket.send(reply, from.port, from.address);
});
// ICMP errors of clients that are gone come back on the socket.
socket.on('error', (error: NodeJS.ErrnoException) => {
  process.stdout.write(`${error.message}\n`);
  if (error.syscall === 'bind') process.exit(1);
});
socket.bind(Number(port), address, () => {
  process.stdout.write(`resolver listens on ${address}:${port}\n`);
});

process.on('SIGTERM', () => process.exit(0));

function replyTo(message: Buffer): Buffer | undefined {
  const question = questionOf(message);
  if (!question) return undefined;
  const { answers, said } = lookUp(question);
  process.stdout.write(`${typeWords.get(question.type) ?? question.type} ${question.name} → ${said}\n`);
  const header = Buffer.alloc(headerBytes);
  message.copy(header, 0, 0, 2);
  // A response, authoritative, recursion as desired and available, no error.
  header.writeUInt16BE(0x8480 | (message.readUInt16BE(2) & 0x0100), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  return Buffer.concat([header, question.bytes, ...answers]);
}

function lookUp({ name, type }: Question): { answers: Buffer[]; said: string } {
  const { echo, names } = JSON.parse(readFileSync(tableFile, 'utf8')) as Table;
  const fixed = Object.hasOwn(names, name) ? names[name] : undefined;
  const target = fixed ?? echo.address;
  const answers: Buffer[] = [];
  const said: string[] = [];
  if (type === types.A || type === types.ANY) {
    answers.push(record(types.A, addressBytes(target)));
    said.push(target);
  }
  if ((type === types.SRV || type === types.ANY) && fixed === undefined && name !== echoName) {
    answers.push(record(types.SRV, service(echo.port)));
    said.push(`${echoName}:${echo.port}`);
  }
  return { answers, said: said.join(', ') || 'nothing' };
}

/** The one question of a query; `undefined` for whatever is not a query. */
function questionOf(message: Buffer): Question | undefined {
  if (message.length < headerBytes + 5) return undefined;
  const isQuery = (message.readUInt16BE(2) & 0xf800) === 0;
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined;
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = message[at];
    // 0xc0 marks a pointer, which a question has no use for.
    if (length === undefined || length >= 0x40) return undefined;
    at += 1;
    if (length === 0) break;
    labels.push(message.toString('latin1', at, at + length));
    at += length;
  }
  if (at + 4 > message.length) return undefined;
  const bytes = message.subarray(headerBytes, at + 4);
  // Only what can be printed reaches the log.
  const name = labels
    .join('.')
    .toLowerCase()
    .replaceAll(/[^\x21-\x7e]/g, '?');
  return { name, type: message.readUInt16BE(at), bytes };
}

/** A record about the name in question: 0xc00c points to it. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function addressBytes(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

function service(servicePort: number): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(servicePort, 4);
  const labels = echoName.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.concat([head, Buffer.from([...labels, 0])]);
}
