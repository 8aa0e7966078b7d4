/** The routes that are probed where Kong goes on after a backup of the user's own: the state's, for the instruments' will be gone. */
import { isInstrumentBody } from '../measure/instruments.js';
import type { Instruments } from '../measure/instruments.js';
import type { Primed } from '../measure/prime.js';
import { chooseStateRoutes } from '../measure/state-routes.js';
import type { StateRoutes } from '../measure/streams.js';
import { routeCandidates } from '../parity/behaviour.js';
import type { CaseContext } from './case-context.js';
import { primeTarget } from './prime-target.js';

/** Found while everything is still there; what is probed, and which clock is not, goes into the record. */
export async function stateRoutes(
  context: CaseContext,
  instruments: Instruments,
  { kinds, newKeys }: Primed,
): Promise<StateRoutes> {
  const { admin, signal, record } = context;
  const found = await routeCandidates({
    admin,
    signal,
    exclude: (entity) => isInstrumentBody(entity, instruments),
  });
  const candidates = kinds.includes('key-auth') ? found : { ...found, keyed: [] };
  const chosen = await chooseStateRoutes(candidates, primeTarget(context, instruments), newKeys[0]);
  const { open, keyed } = chosen;
  const probed = [
    ...(open ? [`${open.name} (open to everybody)`] : []),
    ...(keyed ? [`${keyed.name} (asks for a key)`] : []),
  ];
  if (probed.length > 0) {
    const text = `Kong goes on after a backup of your own: probed are routes of the state, ${probed.join(' and ')}`;
    record({ kind: 'note', level: 'info', text });
  }
  for (const text of unwatched(chosen)) record({ kind: 'note', level: 'warning', text });
  return chosen;
}

function unwatched({ open, keyed, key }: StateRoutes): readonly string[] {
  return [
    ...(keyed
      ? []
      : ['the config clock is not watched: no route of the state asks for a key and nothing else']),
    ...(open || (keyed && key !== undefined)
      ? []
      : ['traffic is not watched: no route of the state answers everybody, nor a key of the state']),
  ];
}
