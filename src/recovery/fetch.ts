/** The user's own artifact, fetched once more: in a real disaster one has to download first, and that time counts. */
import { artifactOf } from './recovery.js';
import type { Act } from './recovery.js';

/** What was fetched now is what the later steps use, even where it is not what was checked before the disaster. */
export const fetch: Act<'fetch'> = async ({ artifact: name }, context) => {
  const checked = artifactOf(name, context);
  if (!checked.again) return { ok: false, detail: `${name} is not one that can be fetched` };
  const fetched = await checked.again(context.signal);
  context.artifacts.set(name, fetched);
  const [command] = fetched.commands ?? [];
  const outcome = command ? { command } : {};
  const [fault] = fetched.faults;
  if (fault !== undefined) return { ...outcome, ok: false, detail: fault, output: fetched.faults.join('\n') };
  const isSame = fetched.sha256 === checked.sha256;
  const other = `other content than before the disaster: SHA-256 ${fetched.sha256}, was ${checked.sha256}`;
  return { ...outcome, ok: true, detail: isSame ? (fetched.source ?? name) : other };
};
