/** What one check of a run's evidence found. */

export interface Check {
  readonly name: 'manifest' | 'signature' | 'index' | 'journal' | 'reports' | 'shards' | 'sign-off';
  /** `unproven`: nothing speaks against it, and nothing for it. */
  readonly verdict: 'good' | 'bad' | 'unproven';
  readonly details: readonly string[];
}

/** Good where there are no faults. */
export function checkOf(name: Check['name'], faults: readonly string[]): Check {
  return { name, verdict: faults.length > 0 ? 'bad' : 'good', details: faults };
}

export function unproven(name: Check['name'], ...details: readonly string[]): Check {
  return { name, verdict: 'unproven', details };
}
