/** How much a failure at the worst moment could have cost: the age that an artifact may have. Pure. */

/** What a stage recovers from. Times `…Ms` are on the run's clock, `failedAt…` and `created…` the same moment kinds. */
export type ExposureSource =
  /** Postgres survived: nothing is older than the failure. */
  | { readonly kind: 'survivor' }
  /** A base backup with its WAL replayed: nothing is older than the last commit that was replayed. */
  | { readonly kind: 'replayed'; readonly toMs: number }
  /** Recorded runs of a pipeline; its consistent point is the end of the newest run. */
  | {
      readonly kind: 'pipeline';
      readonly newestRunEndMs?: number | undefined;
      readonly createdUtc?: string;
    }
  | {
      readonly kind: 'backup';
      readonly origin: 'taken' | 'given';
      readonly takenFromMs?: number;
      readonly takenToMs?: number;
      readonly createdUtc?: string;
      readonly everyMs?: number;
    };

export interface Failed {
  readonly atMs: number;
  /** The same moment in wall time, for artifacts that only have a date. */
  readonly atUtc: Date;
}

export type Exposure =
  { readonly exposureMs: number } | { readonly exposureMs: undefined; readonly why: string };

/** Exposure of a recovery path in milliseconds, ≥ 0: that of the newest of its stages; `why` where none has a date or schedule. */
export function exposureOf(sources: readonly ExposureSource[], failed: Failed): Exposure {
  const exposures = sources.map((source) => ofSource(source, failed));
  const known = exposures.flatMap(({ exposureMs }) => exposureMs ?? []);
  if (known.length > 0) return { exposureMs: Math.min(...known) };
  const unknown = exposures.find((exposure) => exposure.exposureMs === undefined);
  return unknown ?? { exposureMs: undefined, why: 'the recovery path starts from nothing that has an age' };
}

function ofSource(source: ExposureSource, failed: Failed): Exposure {
  if (source.kind === 'survivor') return { exposureMs: 0 };
  if (source.kind === 'replayed') return { exposureMs: Math.max(0, failed.atMs - source.toMs) };
  if (source.kind === 'pipeline') {
    if (source.newestRunEndMs !== undefined)
      return { exposureMs: Math.max(0, failed.atMs - source.newestRunEndMs) };
    return (
      byDate(source.createdUtc, failed) ?? {
        exposureMs: undefined,
        why: 'the newest run of the pipeline has no date',
      }
    );
  }
  if (source.origin === 'given') {
    const dated = byDate(source.createdUtc, failed);
    if (dated) return dated;
  }
  if (source.everyMs === undefined)
    return {
      exposureMs: undefined,
      why: 'the artifact has neither `every:` nor a date, so its age in real life is not known',
    };
  const takingMs = (source.takenToMs ?? 0) - (source.takenFromMs ?? 0);
  return { exposureMs: source.everyMs + Math.max(0, takingMs) };
}

function byDate(createdUtc: string | undefined, failed: Failed): Exposure | undefined {
  const createdMs = createdUtc === undefined ? Number.NaN : Date.parse(createdUtc);
  if (Number.isNaN(createdMs)) return undefined;
  return { exposureMs: Math.max(0, failed.atUtc.getTime() - createdMs) };
}
