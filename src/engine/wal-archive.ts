/** The settings by which a Postgres archives its write-ahead log, and by which another one replays that archive. */
import type { PhysicalData, WalTarget } from './engine.js';

/** Replaying WAL takes as long as it takes; the recovery's own limit ends it. */
export const recoveryLimitMs = 24 * 3_600_000;

export type PostgresSettings = Readonly<Record<string, string | number>>;

/** @param folder where segments are kept, as the server sees it; each is there whole or not at all. */
export function archiving(folder: string, { timeoutSeconds }: { timeoutSeconds: number }): PostgresSettings {
  const [part, whole] = [inShell(`${folder}/.`), inShell(`${folder}/`)];
  return {
    archive_mode: 'on',
    archive_timeout: timeoutSeconds,
    archive_command: `cp "%p" ${part}%f && mv ${part}%f ${whole}%f`,
  };
}

/** Takes effect in a data folder that holds `recovery.signal`; having reached its target, the server takes writes. */
export function replaying(folder: string, target: WalTarget): PostgresSettings {
  const segment = `${inShell(`${folder}/`)}%f`;
  return {
    // Postgres also asks for what nobody archived; cp would log that as an error, before the one that matters.
    restore_command: `test -f ${segment} && cp ${segment} "%p"`,
    recovery_target_action: 'promote',
    ...targetSetting(target),
  };
}

/** As options of the server's command line, which no file of a restored data folder can override. */
export function asOptions(settings: PostgresSettings): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** All files that the data of a backup gets, in its data folder. */
export function filesOf({ files, replay }: PhysicalData): PhysicalData['files'] {
  return replay ? { ...files, 'recovery.signal': '' } : files;
}

/** What a server in recovery says to whoever asks it: no reason why it does not come up. */
export function isStartingUp(line: string): boolean {
  return /the database system is (?:starting up|not yet accepting connections)/.test(line);
}

function targetSetting(target: WalTarget): PostgresSettings {
  switch (target.kind) {
    case 'end':
      return {};
    case 'time':
      return { recovery_target_time: target.utc };
    case 'restore-point':
      return { recovery_target_name: target.name };
  }
}

/** Quoted for the shell, and for Postgres, which replaces what begins with %. */
function inShell(path: string): string {
  return `'${path.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;
}
