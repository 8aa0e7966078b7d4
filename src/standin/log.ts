const levels = ['debug', 'info', 'notice', 'warn', 'err', 'crit', 'alert', 'emerg'];
const rank = (level: string): number => levels.indexOf(level === 'error' ? 'err' : level);

export type Log = (level: 'debug' | 'info' | 'notice' | 'warn' | 'error', message: string) => void;

/** Log lines as nginx writes them. */
export function logger(threshold: string): Log {
  const least = rank(threshold);
  return (level, message) => {
    if (rank(level) < least) return;
    const stamp = new Date().toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
    process.stderr.write(`${stamp} [${level}] ${process.pid}#0: ${message}\n`);
  };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
