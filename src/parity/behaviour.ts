/**
 * Behaviour: what the proxy really does, which the Admin API does not tell.
 *
 *   state before the disaster → requests (with their secrets, in memory) → asked of each worker of each node → record
 *   the same requests after the recovery → record → comparison, class by class
 */
import type { JsonObject } from '../model/entity.js';
import { defaultWorkspace } from '../model/plan.js';
import { withLimit } from '../system/clock.js';
import type { Clock } from '../system/clock.js';
import { randomHex } from '../system/random.js';
import { answerInWords, nonceHeader } from './behaviour/answer.js';
import { credentialLabel, deriveRequests, ownerName, ownersIn } from './behaviour/derive.js';
import type { DeriveOptions } from './behaviour/derive.js';
import { showLogin } from './behaviour/login.js';
import { unanswered } from './behaviour/record.js';
import type { BehaviourRecord, RecordedAnswers } from './behaviour/record.js';
import type { BehaviourRequest } from './behaviour/request.js';
import { certificateFor, send } from './behaviour/send.js';
import type { Proxy } from './behaviour/send.js';
import { idIn } from './behaviour/state.js';
import type { NeededKind } from './behaviour/state.js';
import { nameIn, readStates, requestIn } from './behaviour/workspaces.js';
import type { Workspaces } from './behaviour/workspaces.js';
import { canonicalJson } from './json.js';
import { secretHasher } from './secrets.js';

export { compareBehaviour } from './behaviour/compare.js';
export { routeCandidates } from './behaviour/route-candidates.js';
export type { BehaviourComparison } from './behaviour/compare.js';
export type { KnownLogin } from './behaviour/derive.js';
export type { BehaviourRecord } from './behaviour/record.js';
export type { BehaviourRequest } from './behaviour/request.js';

/** What is `known` is of the default workspace. */
export type BehaviourSource = Workspaces &
  Partial<Omit<DeriveOptions, 'state' | 'secretKey'>> & { readonly secretKey: string };

/** Requests of one class; each is sent several times to every node. */
const mostOfAClass = 1_000;

/**
 * What is to be asked, from the configuration as it is now. Keep it until after the recovery: it holds secrets, and what is
 * asked then must be the same.
 * @throws where the Admin API cannot be read.
 */
export async function behaviourRequests(source: BehaviourSource): Promise<readonly BehaviourRequest[]> {
  const nobody: readonly never[] = [];
  const {
    known = nobody,
    passwords = new Map<string, string>(),
    exclude = () => false,
    most = mostOfAClass,
    secretKey,
  } = source;
  const states = await readStates(source);
  return states.flatMap(({ workspace, state }) => {
    const own = workspace === defaultWorkspace ? known : nobody;
    const requests = deriveRequests({ state, known: own, passwords, exclude, most, secretKey });
    return requests.map((request) => requestIn(workspace, request));
  });
}

export interface BehaviourOptions extends Workspaces {
  readonly requests: readonly BehaviourRequest[];
  readonly nodes: readonly (Proxy & { readonly name: string })[];
  /** nginx workers of each node: every request is sent often enough to meet each with 99.9 %. */
  readonly workers: number;
  readonly secretKey: string;
  readonly clock: Pick<Clock, 'utc'>;
  /** Requests under way at once; 16 by default. */
  readonly concurrency?: number;
  /** For each request; 5 s by default. */
  readonly limitMs?: number;
}

/** Asks every node, and records the different answers; no secret is in the record. @throws the signal's reason. */
export async function recordBehaviour(options: BehaviourOptions): Promise<BehaviourRecord> {
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(options.concurrency ?? 16);
  const stored = await storedCredentials(options);
  const times = timesToMeetAll(options.workers);
  const answers = await Promise.all(
    options.requests.map(async (request): Promise<RecordedAnswers> => {
      const { presumes } = request;
      const named = {
        class: request.class,
        request: request.name,
        ...(presumes && { presumes: { class: presumes.class, request: presumes.name } }),
      };
      const hash = stored.get(request.name);
      if (request.ask === 'nothing') {
        return {
          ...named,
          byNode: {},
          unproven: request.reason,
          ...(hash === undefined ? {} : { stored: hash }),
        };
      }
      const byNode = await Promise.all(
        options.nodes.map(async (node) => {
          const asked = Array.from({ length: times }, () => limit(() => askOnce(request, node, options)));
          return [node.name, [...new Set(await Promise.all(asked))].sort()] as const;
        }),
      );
      return { ...named, byNode: Object.fromEntries(byNode) };
    }),
  );
  options.signal?.throwIfAborted();
  return { secretKeyId: secretHasher(options.secretKey).id, answers };
}

/** How many connections meet each of so many workers with 99.9 %: 2 → 11, 4 → 29, 8 → 68, 16 → 150. */
export function timesToMeetAll(workers: number): number {
  return workers <= 1 ? 1 : Math.ceil(Math.log(0.001 / workers) / Math.log(1 - 1 / workers));
}

type Asked = Exclude<BehaviourRequest, { ask: 'nothing' }>;

const usualLimitMs = 5_000;

async function askOnce(request: Asked, node: Proxy, options: BehaviourOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const signal = withLimit(options.limitMs ?? usualLimitMs, options.signal);
  if (request.ask === 'certificate') {
    const found = await certificateFor(node, request.serverName, signal);
    return typeof found === 'string' ? `certificate ${found.slice(0, 16)}` : `${unanswered}: ${found.error}`;
  }
  const { address, login, config = {}, balanced } = request;
  const shown = login ? showLogin(address, login, config, options.clock.utc()) : address;
  if ('reason' in shown) return `${unanswered}: ${shown.reason}`;
  const nonce = randomHex(8);
  const headers = { ...shown.headers, [nonceHeader]: nonce };
  return answerInWords(await send(node, { ...shown, headers }, signal), nonce, balanced);
}

const storedKinds: readonly NeededKind[] = ['basic-auth', 'hmac-auth', 'jwt', 'key-auth', 'oauth2'];

/** Label → keyed hash of what is stored, for those that nobody can try. */
async function storedCredentials(options: BehaviourOptions): Promise<ReadonlyMap<string, string>> {
  if (!options.requests.some((request) => request.ask === 'nothing' && request.credential)) return new Map();
  const { hash } = secretHasher(options.secretKey);
  const entries = (await readStates(options)).flatMap(({ workspace, state }) => {
    const owners = ownersIn(state);
    return storedKinds.flatMap((kind) =>
      state[kind].map((credential) => {
        const label = credentialLabel(kind, credential, { owners, secretKey: options.secretKey });
        const essence = essenceOf(kind, credential, ownerName(credential, owners));
        return [nameIn(workspace, label), hash(canonicalJson(essence))] as const;
      }),
    );
  });
  return new Map(entries);
}

/** Kong hashes a basic-auth password with the consumer's id, so that there the id counts. */
function essenceOf(kind: NeededKind, credential: JsonObject, owner: string): JsonObject {
  const { algorithm } = credential;
  // What Kong draws beside a public key is never used.
  const drawn = typeof algorithm === 'string' && !algorithm.startsWith('HS') ? ['secret'] : [];
  const passing = ['id', 'created_at', 'updated_at', 'tags', 'ttl', 'consumer', ...drawn];
  const kept = Object.entries(credential).filter(
    ([name, value]) => !passing.includes(name) && value !== null,
  );
  const whose = kind === 'basic-auth' ? (idIn(credential.consumer) ?? '') : owner;
  return { ...Object.fromEntries(kept), whose };
}
