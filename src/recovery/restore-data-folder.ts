/**
 * A base backup started as a new server, with the WAL that was archived since then replayed as far as the drill says.
 *
 *   backup ──── WAL in the archive ────> target    the failure
 *   what was committed up to the target is there again, and nothing of what came after it
 */
import type { ReadyArtifact, ServerClock } from '../artifact/artifact.js';
import type { WalTarget } from '../engine/engine.js';
import { messageOf } from '../model/drill-error.js';
import type { ReplayTarget } from '../model/replay-target.js';
import { formatDuration } from '../model/units.js';
import { ofServer, withSql } from '../system/sql.js';
import { artifactOf, done } from './recovery.js';
import type { Act, Outcome, RecoveryContext } from './recovery.js';

export const restoreDataFolder: Act<'restore-data-folder'> = async (action, context) => {
  const { postgres } = context.lab;
  const artifact = artifactOf(action.artifact, context);
  const { physical } = artifact;
  if (!physical) return { ok: false, detail: `${action.artifact} is not a base backup` };
  const { address, version, replayTo } = action;
  const replay = replayTo && targetOf(replayTo, artifact, context);
  if (typeof replay === 'string') return { ok: false, detail: replay };
  if (replay) await stopForItsWal(context);
  const data = { ...physical, ...(replay ? { replay } : {}) };
  try {
    await postgres.provision({ address, version, data }, context.signal);
  } catch (error) {
    if (!replay || !messageOf(error).includes(neverReached)) throw error;
    return { ok: false, detail: `${inWords(replay)} was never reached: the archived WAL ends before it` };
  }
  return replay ? await replayed(replay, artifact, context) : done;
};

/** What Postgres says where its archive is at an end before its target is met. */
const neverReached = 'recovery ended before configured recovery target was reached';

/** A server that still runs archives the last of its WAL when it is stopped in order. */
async function stopForItsWal({ lab: { postgres }, signal }: RecoveryContext): Promise<void> {
  const { running, frozen } = await postgres.condition(signal);
  if (running && !frozen) await postgres.stop(signal);
}

/** In the words and the time of Postgres; or, as text, why no server can be brought there. */
function targetOf(
  target: ReplayTarget,
  { name, takenToMs = 0, serverClock }: ReadyArtifact,
  { failedAtMs }: RecoveryContext,
): WalTarget | string {
  if (target.kind !== 'before-failure') return target;
  if (failedAtMs === undefined || !serverClock) return `of ${name} nobody knows at which time it was taken`;
  const atMs = failedAtMs - target.ms;
  if (atMs >= takenToMs) return { kind: 'time', utc: serverTime(atMs, serverClock) };
  return (
    `${formatDuration(target.ms)} before the failure is ${formatDuration(takenToMs - atMs)} before the end of ${name}: ` +
    'WAL is replayed forwards only, from a backup that is older than the target'
  );
}

/** The last commit that was replayed tells how far the database got; where there was none, it is as the backup left it. */
async function replayed(
  target: WalTarget,
  artifact: ReadyArtifact,
  { lab, artifacts }: RecoveryContext,
): Promise<Outcome> {
  const { name, takenFromMs = 0, serverClock } = artifact;
  const [said] = await withSql(ofServer(lab.postgres.connection), (sql) =>
    sql.query<{ lsn: string; utc: Date | null; ms: number | null }>(
      `SELECT pg_last_wal_replay_lsn() AS lsn, pg_last_xact_replay_timestamp() AS utc,
              (extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::float8 AS ms`,
    ),
  );
  const commitMs =
    said?.ms && serverClock ? said.ms - serverClock.originMs - serverClock.withinMs : takenFromMs;
  const replayedToMs = Math.max(takenFromMs, commitMs);
  artifacts.set(name, { ...artifact, replayedToMs });
  const commit = said?.utc ? `the last commit is of ${said.utc.toISOString()}` : 'no commit after the backup';
  return {
    ok: true,
    detail: `replayed to ${inWords(target)}: LSN ${said?.lsn ?? 'unknown'}, ${commit}`,
    replayedTo: { artifact: name, ms: replayedToMs },
  };
}

/** With the zone as a number: at its start a server knows no names of zones, not even Z. */
function serverTime(atMs: number, { originMs }: ServerClock): string {
  return new Date(originMs + atMs).toISOString().replace('Z', '+00');
}

function inWords(target: WalTarget): string {
  switch (target.kind) {
    case 'end':
      return 'the end of the archived WAL';
    case 'time':
      return target.utc;
    case 'restore-point':
      return `the restore point ${target.name}`;
  }
}
