/** What the process says of itself when it ends. Of several results: any 3 → 3, else 1, 2, 0. */
export const exitCodes = {
  met: 0,
  missed: 1,
  inconclusive: 2,
  /** The runner or its engine failed; also any uncaught exception. */
  broken: 3,
  /** Drill file or usage wrong. */
  usage: 4,
  /** 128 and the number of the signal. */
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const;

export type InterruptingSignal = keyof typeof exitCodes.interrupted;
