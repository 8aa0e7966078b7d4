/** How many cases run side by side: each has a Postgres, Kong nodes and probes of its own, and none may hold up another. */

export interface Room {
  readonly cores: number;
  readonly freeMemoryBytes: number;
}

/** A Postgres, two workers of Kong, the probes. */
const coresOfCase = 4;
const memoryOfCaseBytes = 2 * 2 ** 30;

/** As many as the machine has room for without one disturbing the other; at least 1. */
export function jobsThatFit({ cores, freeMemoryBytes }: Room): number {
  const fit = Math.min(cores / coresOfCase, freeMemoryBytes / memoryOfCaseBytes);
  return Math.max(1, Math.floor(fit));
}

/** What a reader of the times must know; `undefined` where cases ran alone. */
export function noteOfJobs(
  jobs: number,
  room: Room,
): { level: 'info' | 'warning'; text: string } | undefined {
  if (jobs === 1) return undefined;
  const fit = jobsThatFit(room);
  const text = `${jobs} cases ran side by side on ${room.cores} cores`;
  return jobs <= fit
    ? { level: 'info', text }
    : {
        level: 'warning',
        text: `${text}, which has room for ${fit}: they took time from each other, and all times are longer`,
      };
}
