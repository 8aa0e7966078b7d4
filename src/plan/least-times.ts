/**
 * The least times seen on a real Kong 3.9 with Postgres 15 in containers on 2 shared cores, in milliseconds.
 * A rehearsal with the stand-in can be quicker.
 */
export const leastTimesMs = {
  postgresFirstStart: 1_800,
  postgresRestart: 500,
  migrationsBootstrap: 3_100,
  pgRestore: 700,
  kongStart: 2_200,
  kongReload: 1_400,
} as const;

/** No machine is expected to be quicker than this part of the times above; targets below it are refused. */
export const quickestPart = 0.5;
