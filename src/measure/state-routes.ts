/** Which routes of the state can be probed: those that answer now as a probe asks. */
import type { ProbedRoute, RouteCandidates } from '../model/probed-route.js';
import { withLimit } from '../system/clock.js';
import { attemptAnswers } from './probe-attempt.js';
import type { ProbeRequest } from './probe-spec.js';
import type { PrimeTarget } from './prime.js';
import { addressOn } from './streams.js';
import type { StateRoutes } from './streams.js';

/** A state may have thousands. */
const mostAsked = 50;
const askLimitMs = 5_000;

/**
 * The first of each kind that every node answers as it should, and the first key of the state that is accepted.
 * @param validKey one of the runner's own, which Kong holds now.
 */
export async function chooseStateRoutes(
  { open, keyed, keys }: RouteCandidates,
  target: PrimeTarget,
  validKey: string | undefined,
): Promise<StateRoutes> {
  const accepts = (route: ProbedRoute, key: string | undefined) =>
    key === undefined ? Promise.resolve(false) : isRight(route, [{ key, status: 200 }], target);
  const chosenOpen = await firstOf(open, (route) => isRight(route, [{ status: 200 }], target));
  const chosenKeyed = await firstOf(
    keyed,
    async (route) =>
      (await isRight(route, [{ status: 401 }, { key: 'fresh-key', status: 401 }], target)) &&
      (await accepts(route, validKey)),
  );
  const key = chosenKeyed && (await firstOf(keys, (each) => accepts(chosenKeyed, each)));
  return {
    ...(chosenOpen && { open: chosenOpen }),
    ...(chosenKeyed && { keyed: chosenKeyed }),
    ...(key !== undefined && { key }),
  };
}

async function firstOf<T>(all: readonly T[], isFit: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all.slice(0, mostAsked)) if (await isFit(one)) return one;
  return undefined;
}

interface Asked {
  /** None is shown where it is missing. */
  readonly key?: string;
  readonly status: 200 | 401;
}

async function isRight(route: ProbedRoute, all: readonly Asked[], target: PrimeTarget): Promise<boolean> {
  const requests = target.nodes.flatMap((node) =>
    all.map(({ key, status }): ProbeRequest => ({
      ...addressOn(node, route),
      expect: { status, nonce: status === 200 },
      ...(key !== undefined && { show: key === 'fresh-key' ? key : { kind: 'key-auth', key } }),
    })),
  );
  const limit = withLimit(askLimitMs, target.signal);
  const right = await new Promise<boolean>((resolve) => {
    const context = { now: () => target.clock.utc(), later: () => undefined };
    const attempt = attemptAnswers(requests, context, ({ outcome }) => resolve(outcome === 'right'));
    const giveUp = () => {
      attempt.cancel();
      resolve(false);
    };
    limit.addEventListener('abort', giveUp, { once: true });
  });
  target.signal.throwIfAborted();
  return right;
}
