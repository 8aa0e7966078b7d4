// How accurate the measurement is: scripted outages with a known truth, in virtual time and live.
//   node scripts/bench-accuracy.mjs [--ci] [--busy] [--virtual <count>] [--live <count>]
// --ci: 12 live outages in place of 40. --busy: every core is kept busy meanwhile; widths are then reported, not held.
// Exit code 1 where an interval did not hold its truth, or was wider than allowed.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { findOutages } from '../dist/measure/rto-stream.js';
import { quantile } from '../dist/measure/uncertainty.js';
import { verdictOfInterval } from '../dist/model/verdict.js';
import { runLiveOutages } from '../dist/testing/live-outages.js';
import { scriptedKinds } from '../dist/testing/scripted-gateway-kinds.js';
import { randomOutage, seeded, watchVirtually } from '../dist/testing/virtual-outage.js';

const { values: options } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    busy: { type: 'boolean', default: false },
    virtual: { type: 'string', default: '10000' },
    live: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
  },
});
const spacingMs = 100;
const batch = 12;
const failures = [];

console.log(`seed ${options.seed}`);
virtualOutages(Number(options.virtual), 1);
virtualOutages(Number(options.virtual), 2);
const spinners = options.busy ? Array.from({ length: availableParallelism() }, spin) : [];
await liveOutages(Number(options.live ?? (options.ci ? 12 : 40)));
await stoppedProber();
for (const spinner of spinners) await spinner.terminate();
for (const failure of failures) console.error(`NOT HELD: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;

function virtualOutages(count, workers) {
  const random = seeded(Number(options.seed) + workers);
  const widths = [];
  let held = 0;
  for (let round = 0; round < count; round += 1) {
    const outage = randomOutage(random, workers);
    const { watched, context } = watchVirtually(outage, random);
    const found = findOutages(watched, context);
    const at = (ms) => ({ earliestMs: ms - outage.issuedMs, latestMs: ms - outage.issuedMs });
    const wrong = whatIsWrong(found, { begin: at(outage.beginMs), end: at(outage.endMs) }, workers);
    held += wrong ? 0 : 1;
    if (found.rto) widths.push(widthOf(found.rto));
    if (wrong && workers === 1) failures.push(`virtual ${outage.kind}: ${wrong}`);
  }
  const name = workers === 1 ? 'whole node' : 'half of the workers';
  console.log(`virtual, ${name}: ${held} of ${count} held; RTO ± median ${ms(quantile(widths, 0.5))} wide`);
  if (held < 0.95 * count) failures.push(`virtual, ${name}: ${held} of ${count}`);
}

async function liveOutages(count) {
  const random = seeded(Number(options.seed));
  const results = [];
  for (let left = count; left > 0; left -= batch) {
    const outages = Array.from({ length: Math.min(batch, left) }, (_, place) => {
      const workers = place % 5 === 4 ? 2 : 1;
      const kinds = scriptedKinds.filter((kind) => workers === 1 || kind !== 'refuse');
      return { kind: kinds[place % kinds.length], lastsMs: 60 + random() * 9_940, workers };
    });
    results.push(...(await runLiveOutages(outages, { spacingMs })).results);
  }
  const whole = results.filter(({ outage }) => outage.workers === 1);
  const partial = results.filter(({ outage }) => outage.workers > 1);
  const heldOf = (some) =>
    some.filter((one) => !whatIsWrong(one.found, one.truth, one.outage.workers)).length;
  for (const { outage, found, truth } of whole) {
    const wrong = whatIsWrong(found, truth, 1);
    if (wrong) failures.push(`live ${outage.kind}: ${wrong}`);
  }
  if (heldOf(partial) < Math.floor(0.95 * partial.length))
    failures.push(`live, half of the workers: ${heldOf(partial)} of ${partial.length}`);
  const rto = quantile(
    whole.flatMap(({ found }) => (found.rto ? [widthOf(found.rto)] : [])),
    0.5,
  );
  const total = quantile(
    whole.flatMap(({ found }) => (found.total ? [widthOf(found.total)] : [])),
    0.5,
  );
  console.log(
    `live${options.busy ? ', all cores busy' : ''}: whole node ${heldOf(whole)} of ${whole.length} held, half of the workers ${heldOf(partial)} of ${partial.length}`,
  );
  for (const kind of scriptedKinds) {
    const widths = whole
      .filter(({ outage }) => outage.kind === kind)
      .flatMap(({ found }) => (found.rto ? [widthOf(found.rto)] : []));
    if (widths.length > 0) console.log(`  ${kind.padEnd(10)} RTO ${widths.map(ms).join(', ')} wide`);
  }
  console.log(
    `  median width: RTO ${ms(rto)} (allowed ${spacingMs + 10} ms), unavailability ${ms(total)} (allowed ${2 * spacingMs + 10} ms)`,
  );
  if (!options.busy && rto > spacingMs + 10) failures.push(`median RTO width ${ms(rto)}`);
  if (!options.busy && total > 2 * spacingMs + 10) failures.push(`median unavailability width ${ms(total)}`);
  inconclusives(whole);
}

/** Verdicts against targets a quarter away from the truth; shorter outages are narrower than the spacing lets one tell. */
function inconclusives(results) {
  const verdicts = results
    .filter(({ outage }) => outage.lastsMs >= 1_000)
    .flatMap(({ found, truth }) =>
      [0.75, 1.25].map((factor) => ({
        expected: factor < 1 ? 'missed' : 'met',
        got: verdictOfInterval(found.rto ?? { lowerMs: 0, upperMs: null }, factor * truth.end.earliestMs),
      })),
    );
  const open = verdicts.filter(({ got }) => got === 'inconclusive').length;
  const wrong = verdicts.filter(({ got, expected }) => got !== 'inconclusive' && got !== expected).length;
  console.log(
    `  verdicts with targets 25 % away (outages of 1 s and more): ${verdicts.length}, ${wrong} wrong, ${open} inconclusive`,
  );
  if (wrong > 0) failures.push(`${wrong} wrong verdicts`);
  if (open > 0.05 * verdicts.length) failures.push(`${open} of ${verdicts.length} inconclusive`);
}

async function stoppedProber() {
  const outages = scriptedKinds.map((kind) => ({ kind, lastsMs: 3_000, workers: 1 }));
  const { results, events } = await runLiveOutages(outages, { spacingMs, stopBeforeEndMs: 1_000 });
  const wrong = results.map(({ found, truth }) => whatIsWrong(found, truth, 1)).filter(Boolean);
  const stalls = events.filter(
    (event) => event.kind === 'probe-stall' && event.toMs - event.fromMs > 1_500,
  ).length;
  const widths = results.map(({ found }) => widthOf(found.rto ?? { lowerMs: 0, upperMs: 0 }));
  console.log(
    `prober stopped for 2 s at the edge: ${results.length - wrong.length} of ${results.length} held, ${widths.map(ms).join(', ')} wide`,
  );
  if (stalls === 0) failures.push('the stop of the prober was not recorded');
  failures.push(...wrong.map((text) => `prober stopped: ${text}`));
}

function whatIsWrong(found, truth, workers) {
  const lasted = {
    earliestMs: truth.end.earliestMs - truth.begin.latestMs,
    latestMs: truth.end.latestMs - truth.begin.earliestMs,
  };
  if (found.seen === 'none')
    return lasted.earliestMs <= (workers > 1 ? found.partialFloorMs : found.floorMs)
      ? ''
      : `unseen: ${JSON.stringify({ lasted, found })}`;
  if (found.seen !== 'outage') return `${found.seen}: ${found.why}`;
  if (!holds(found.rto, truth.end)) return `RTO ${JSON.stringify({ ...found.rto, truth: truth.end })}`;
  // Where some workers fail, nobody sees from outside when the first did.
  return workers > 1 || holds(found.total, lasted)
    ? ''
    : `unavailability ${JSON.stringify({ ...found.total, truth: lasted })}`;
}

function holds({ lowerMs, upperMs }, { earliestMs, latestMs }) {
  return lowerMs <= latestMs && upperMs !== null && earliestMs <= upperMs;
}

function widthOf({ lowerMs, upperMs }) {
  return (upperMs ?? Infinity) - lowerMs;
}

function spin() {
  return new Worker('for (;;);', { eval: true });
}

function ms(value) {
  return `${Math.round(value)} ms`;
}
