/** Watches every packet on every interface of this machine (root and python3 needed), and tells those that look for the outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Sighting {
  readonly interface: string;
  /** The bridge that the interface belongs to, if any. */
  readonly bridge: string;
  readonly what: string;
}

export interface Watch {
  readonly sightings: Sighting[];
  stop(): Promise<void>;
}

/** Tells packets to any of the addresses, and DNS questions (to anybody) for a name with the word in it. */
export async function watchPackets(word: string, addresses: readonly string[]): Promise<Watch> {
  const child = spawn('python3', ['-u', '-c', sniffer, word, ...addresses], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const sightings: Sighting[] = [];
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.on('line', (line) => sightings.push(JSON.parse(line) as Sighting));
  return {
    sightings,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Why packets cannot be watched here; `undefined` where they can. */
export const packetsHidden = (): string | undefined =>
  process.getuid?.() === 0 ? undefined : 'only root may watch packets';

const sniffer = `
import json, os, socket, sys
word, addresses = sys.argv[1].encode(), {socket.inet_aton(a) for a in sys.argv[2:]}
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
print('watching')
while True:
    frame, (name, *_) = wire.recvfrom(65535)
    what = None
    if frame[12:14] == b'\\x08\\x00':
        packet = frame[14:]
        body = packet[(packet[0] & 15) * 4:]
        if packet[16:20] in addresses:
            what = 'packet to ' + socket.inet_ntoa(packet[16:20])
        elif packet[9] in (6, 17) and body[2:4] == b'\\x00\\x35' and word in body:
            what = 'DNS question to ' + socket.inet_ntoa(packet[16:20])
    elif frame[12:14] == b'\\x86\\xdd' and word in frame[54:] and frame[56:58] == b'\\x00\\x35':
        what = 'DNS question over IPv6'
    if what:
        try: bridge = os.path.basename(os.readlink('/sys/class/net/%s/master' % name))
        except OSError: bridge = ''
        print(json.dumps({'interface': name, 'bridge': bridge, 'what': what}))
`;
