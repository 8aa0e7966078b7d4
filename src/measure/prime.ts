/**
 * Makes every worker of every node remember, as it would in production, before anything is broken: valid keys; keys that the
 * backup holds and that are gone now (Kong remembers that there is no such key only if somebody asked); and keys newer than
 * the backup. After the recovery, `askRemembered` sees whether Kong still believes what it remembers.
 */
import { DrillError } from '../model/drill-error.js';
import type { Recorder } from '../model/journal.js';
import type { ProbedRoute } from '../model/probed-route.js';
import type { AdminApi } from '../system/admin-api.js';
import { withLimit } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import { randomHex } from '../system/random.js';
import { askOnce } from './ask.js';
import type { Ask } from './ask.js';
import { headersOf } from './credentials.js';
import type { Credential, CredentialKind } from './credentials.js';
import type { Instruments } from './instruments.js';
import { addressOn, urlOf } from './streams.js';
import type { ProbedNode, StateRoutes } from './streams.js';
import { probesToMeet } from './uncertainty.js';
import { refusedWrite } from './refused-write.js';

export interface PrimeTarget {
  readonly admin: AdminApi;
  readonly instruments: Instruments;
  readonly nodes: readonly ProbedNode[];
  /** nginx workers of each node. */
  readonly workers: number;
  readonly clock: Clock;
  readonly record: Recorder;
  readonly signal: AbortSignal;
}

export interface Primed {
  /** Credential kinds that this Kong enforces; a kind that lets everybody in cannot be probed. */
  readonly kinds: readonly CredentialKind[];
  /** In the backup, deleted since, asked for since. */
  readonly doomedKeys: readonly string[];
  /** Newer than the backup, and used. */
  readonly newKeys: readonly string[];
}

/** For all the requests with one key; a node that hangs is not waited for any longer. */
const askLimitMs = 15_000;

/**
 * Between the backup and the steady state: takes the doomed keys away, adds new ones, and shows every key to every worker.
 * @throws DrillError `engine` where the Admin API refuses, and the signal's reason.
 */
export async function prime(target: PrimeTarget): Promise<Primed> {
  const { admin, instruments } = target;
  const { holder, doomedKeys, mark } = instruments;
  for (const key of doomedKeys) await must(admin, 'DELETE', `/consumers/${holder}/key-auth/${key}`);
  const newKeys = doomedKeys.map(() => `${mark}-newer-${randomHex(8)}`);
  for (const key of newKeys)
    await must(admin, 'POST', `/consumers/${holder}/key-auth`, { key, tags: [mark] });
  const kinds = await enforcedKinds(target);
  const shown: readonly Credential[] = [
    ...instruments.canaries.map(({ credential }) => credential),
    ...[...doomedKeys, ...newKeys].map((key) => ({ kind: 'key-auth', key }) as const),
  ];
  for (const credential of shown) {
    const asked = await askEveryWorker(target, { path: instruments.paths[credential.kind] }, credential);
    // Where nobody answers there is no steady state to prepare, and each further key would be waited for just as long.
    if (!asked.some(({ answers }) => answers.some(isStatus))) break;
  }
  return { kinds, doomedKeys, newKeys };
}

/**
 * After the recovery: every worker has to treat the doomed and the new keys as the Admin API says that they are. Recorded as
 * behaviour of the classes `remembered-absent` (doomed) and `remembered-present` (new).
 */
export async function askRemembered(target: PrimeTarget, primed: Primed, state?: StateRoutes): Promise<void> {
  const asked = state ? state.keyed : { path: target.instruments.paths['key-auth'] };
  // Doomed keys are in no backup but one that the runner has taken.
  if (!state) await compareKeys(target, { name: 'remembered-absent', keys: primed.doomedKeys, asked });
  await compareKeys(target, { name: 'remembered-present', keys: primed.newKeys, asked });
}

interface Remembered {
  readonly name: string;
  readonly keys: readonly string[];
  /** Where no route asks for a key, nothing can be told. */
  readonly asked: ProbedRoute | undefined;
}

async function compareKeys(target: PrimeTarget, { name, keys, asked: route }: Remembered): Promise<void> {
  if (!route) return;
  const { admin, instruments, record, signal } = target;
  const differences: { request: string; before: string; after: string }[] = [];
  let asked = 0;
  let same = 0;
  for (const [place, key] of keys.entries()) {
    const path = `/consumers/${instruments.holder}/key-auth/${key}`;
    const held = await admin.call('GET', path, undefined, { signal });
    if (!held.ok && held.status !== 404)
      throw new DrillError(
        'engine',
        `GET /consumers/…/key-auth/…: expected 200 or 404, got ${held.status}`,
        'see the log of Kong in the folder of the run',
      );
    const expected = held.ok ? '200' : '401';
    for (const { node, answers } of await askEveryWorker(target, route, { kind: 'key-auth', key })) {
      asked += answers.length;
      const wrong = answers.filter((answer) => answer !== expected);
      same += answers.length - wrong.length;
      if (wrong.length === 0) continue;
      const request = `key ${place + 1} of the runner on ${node}, ${held.ok ? 'present' : 'absent'} in the Admin API`;
      const after = `${[...new Set(wrong)].join(', ')} to ${wrong.length} of ${answers.length} requests`;
      differences.push({ request, before: expected, after });
    }
  }
  record({ kind: 'behaviour', class: name, asked, same, unproven: 0, differences });
}

/** Asks each route without a credential; one that answers 200 is not enforced. */
async function enforcedKinds(target: PrimeTarget): Promise<readonly CredentialKind[]> {
  const { instruments, nodes, record, signal } = target;
  const [node] = nodes;
  if (!node) return [];
  const limit = withLimit(askLimitMs, signal);
  const answers = new Map<CredentialKind, string>();
  for (const kind of instruments.kinds)
    answers.set(kind, await askProxy({ url: urlOf(node, instruments.paths[kind]) }, signal, limit));
  const unprobed = [...answers].filter(([, status]) => status !== '401');
  if (unprobed.length > 0) {
    const kinds = unprobed.map(([kind, status]) => `${kind} (${status})`).join(', ');
    const text = `logins that are not probed, since this Kong did not answer 401 without a credential: ${kinds}`;
    record({ kind: 'note', level: 'warning', text });
  }
  return instruments.kinds.filter((kind) => answers.get(kind) === '401');
}

async function askEveryWorker(
  target: PrimeTarget,
  route: ProbedRoute,
  credential: Credential,
): Promise<readonly { readonly node: string; readonly answers: readonly string[] }[]> {
  const { nodes, workers, clock } = target;
  const limit = withLimit(askLimitMs, target.signal);
  return Promise.all(
    nodes.map(async (node) => {
      const answers: string[] = [];
      for (let sent = 0; sent < probesToMeet(workers); sent += 1) {
        const { url, headers } = addressOn(node, route);
        const shown = headersOf(credential, clock.utc(), route.keyHeader);
        answers.push(await askProxy({ url, headers: { ...headers, ...shown } }, target.signal, limit));
      }
      return { node: node.name, answers };
    }),
  );
}

function isStatus(answer: string): boolean {
  return /^[0-9]{3}$/.test(answer);
}

/** The status as text, or why there was none. @throws the reason of `signal`. */
export async function askProxy(call: Ask, signal: AbortSignal, limit: AbortSignal): Promise<string> {
  try {
    const answer = await askOnce(call, limit);
    return 'status' in answer ? String(answer.status) : answer.code;
  } catch {
    signal.throwIfAborted();
    return 'no answer in time';
  }
}

async function must(
  admin: AdminApi,
  method: string,
  path: string,
  body?: { key: string; tags: string[] },
): Promise<void> {
  const answer = await admin.call(method, path, body);
  if (answer.ok) return;
  throw refusedWrite(`${method} ${path.replace(/[^/]+$/, '…')}:`, answer);
}
