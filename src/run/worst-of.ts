/** Of several exit codes the one that the process ends with. */

/** Any 3 → 3, else 4, else that of a signal, else 1, 2, 0. */
export function worstOf(codes: readonly number[]): number {
  return [3, 4, 130, 143, 129, 1, 2].find((code) => codes.includes(code)) ?? 0;
}
