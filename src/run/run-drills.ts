/** Runs drills, one after the other, and reports each. */
import { DrillError } from '../model/drill-error.js';

export interface RunOptions {
  readonly files: readonly string[];
  readonly engine: 'auto' | 'containers' | 'processes';
  readonly out: string;
  readonly tags: readonly string[];
  readonly only: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
  readonly skipUnavailable: boolean;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly isTty: boolean;
}

export function runDrills(options: RunOptions): Promise<{ exitCode: number }> {
  const files = options.files.join(', ');
  return Promise.reject(
    new DrillError('internal', `cannot run ${files} yet`, `kong-drill plan ${files} shows what it would do`),
  );
}
