import type { JsonObject } from '../../json.js';
import { text } from '../../json.js';
import type { Exchange } from '../exchange.js';
import { errorAnswer } from '../exchange.js';
import type { PlannedPlugin } from '../plugin-plan.js';
import type { Plugin, Tools } from './plugin.js';

const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
type Period = (typeof periods)[number];
const nobody = '00000000-0000-0000-0000-000000000000';

interface Window {
  readonly period: Period;
  readonly start: Date;
  readonly limit: number;
  readonly key: string;
}

export const rateLimiting: Plugin = async (config, exchange, tools, planned) => {
  const identity = identityOf(config, exchange);
  const now = new Date();
  const windows = periods
    .filter((period) => typeof config[period] === 'number')
    .map((period): Window => {
      const start = startOf(period, now);
      const key = [planned.id, identity, period, start.getTime()].join(':');
      return { period, start, limit: Number(config[period]), key };
    });
  const counts = await counted(config, windows, { identity, planned, tools });
  if (!counts) return undefined;
  const full = windows.find(({ limit }, index) => (counts[index] ?? 0) >= limit);
  if (config.hide_client_headers !== true)
    describe(exchange, windows, { counts, now, full: full !== undefined });
  if (!full) {
    count(config, windows, { identity, planned, tools });
    return undefined;
  }
  exchange.answerHeaders['Retry-After'] = String(secondsLeft(full, now));
  return errorAnswer(Number(config.error_code ?? 429), text(config.error_message), exchange.requestId);
};

function identityOf(config: JsonObject, { consumer, credential, clientIp, asked, match }: Exchange): string {
  const header = (): string => asked.headers.get(text(config.header_name).toLowerCase())?.[0] ?? '';
  const by: Record<string, string> = {
    consumer: text(consumer?.id) || text(credential?.id),
    credential: text(credential?.id),
    service: text(match.service?.id),
    header: header(),
    path: asked.path === config.path ? asked.path : '',
  };
  return (by[text(config.limit_by)] ?? '') ? (by[text(config.limit_by)] ?? '') : clientIp;
}

interface Where {
  identity: string;
  planned: PlannedPlugin;
  tools: Tools;
}

/** The counts of the current windows; undefined where they cannot be had and the plugin fails open. */
async function counted(config: JsonObject, windows: Window[], where: Where): Promise<number[] | undefined> {
  const { tools } = where;
  if (config.policy === 'redis') return undefined;
  if (config.policy !== 'cluster') return windows.map(({ key }) => tools.counters.get(key) ?? 0);
  try {
    const rows = await tools.database.query(
      `SELECT period, value FROM ratelimiting_metrics WHERE identifier = $1 AND service_id = $2 AND route_id = $3
         AND (period, period_date) IN (SELECT * FROM unnest($4::text[], $5::timestamptz[]))`,
      [...keysOf(where), windows.map(({ period }) => period), windows.map(({ start }) => start)],
    );
    return windows.map(({ period }) => Number(rows.find((row) => row.period === period)?.value ?? 0));
  } catch (error) {
    if (config.fault_tolerant === false) throw error;
    return undefined;
  }
}

function count(config: JsonObject, windows: Window[], where: Where): void {
  const { counters, database } = where.tools;
  if (config.policy !== 'cluster') {
    for (const { key } of windows) counters.set(key, (counters.get(key) ?? 0) + 1);
    return;
  }
  // As in Kong, the request does not wait for this, and a failure loses the count.
  database
    .query(
      `INSERT INTO ratelimiting_metrics (identifier, service_id, route_id, period, period_date, value, ttl)
       SELECT $1, $2, $3, w.period, w.start, 1, w.start + ('1 ' || w.period)::interval
       FROM unnest($4::text[], $5::timestamptz[]) AS w (period, start)
       ON CONFLICT (identifier, period, period_date, service_id, route_id)
       DO UPDATE SET value = ratelimiting_metrics.value + 1`,
      [...keysOf(where), windows.map(({ period }) => period), windows.map(({ start }) => start)],
    )
    .catch(() => undefined);
}

const keysOf = ({ identity, planned }: Where): string[] => [
  identity,
  planned.scope.service ?? nobody,
  planned.scope.route ?? nobody,
];

function describe(
  { answerHeaders }: Exchange,
  windows: Window[],
  { counts, now, full }: { counts: number[]; now: Date; full: boolean },
): void {
  const left = windows.map((window, index) => ({
    window,
    remaining: Math.max(0, window.limit - (counts[index] ?? 0) - (full ? 0 : 1)),
  }));
  for (const { window, remaining } of left) {
    const name = window.period.charAt(0).toUpperCase() + window.period.slice(1);
    answerHeaders[`X-RateLimit-Limit-${name}`] = String(window.limit);
    answerHeaders[`X-RateLimit-Remaining-${name}`] = String(remaining);
  }
  const [tightest] = left.sort((a, b) => a.remaining - b.remaining);
  if (!tightest) return;
  answerHeaders['RateLimit-Limit'] = String(tightest.window.limit);
  answerHeaders['RateLimit-Remaining'] = String(tightest.remaining);
  answerHeaders['RateLimit-Reset'] = String(secondsLeft(tightest.window, now));
}

function startOf(period: Period, now: Date): Date {
  const parts = [
    now.getUTCFullYear(),
    now.getUTCMonth(),
    now.getUTCDate(),
    now.getUTCHours(),
    now.getUTCMinutes(),
    now.getUTCSeconds(),
  ];
  const kept = { year: 1, month: 2, day: 3, hour: 4, minute: 5, second: 6 }[period];
  const [year = 0, month = 0, day = 1, ...time] = parts.map((part, index) =>
    index < kept ? part : index === 2 ? 1 : 0,
  );
  return new Date(Date.UTC(year, month, day, ...time));
}

function secondsLeft({ period, start }: Window, now: Date): number {
  const end = new Date(start);
  if (period === 'year') end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (period === 'month') end.setUTCMonth(end.getUTCMonth() + 1);
  else end.setTime(end.getTime() + { second: 1, minute: 60, hour: 3600, day: 86400 }[period] * 1000);
  return Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000));
}
