/** The parts of the torture. Each keeps a row for each of its rounds, and leaves out those that were kept before. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { tortureEvidence } from '../../dist/testing/torture/evidence.js';
import { fuzzRound } from '../../dist/testing/fuzz/fuzz.js';
import { soak } from '../../dist/testing/torture/soak.js';

export const tortureParts = {
  fuzz: fuzzPart,
  evidence: evidencePart,
  secrets: testsPart('run/secrets.live'),
  ownership: testsPart('run/ownership.live'),
  machine: testsPart('run/machine-faults.full'),
  engine: testsPart('run/engine-faults.full', 'engine/containers/faults.live', 'engine/processes/clean.live'),
  kills: testsPart('run/killed.full'),
  soak: soakPart,
};

/** Nothing found, until something is. */
const blank = { inputs: 0, faults: 0, leaks: [], wrong: [], seconds: 0, detail: '' };

/** Target → inputs, 100,000 in all; those that cost little are tried most. */
const fuzzInputs = {
  'drill-text': 45_000,
  redaction: 20_000,
  drill: 5_000,
  pipeline: 5_000,
  deck: 2_500,
  compose: 5_000,
  snapshot: 2_500,
  dump: 2_500,
  project: 2_500,
  journal: 2_500,
  shards: 1_500,
  index: 1_000,
  result: 1_000,
  tar: 2_500,
  'lying-admin': 1_500,
};

/** In rounds, each with a seed of its own: an input that was found can be made again. */
async function fuzzPart({ short, seed, isDone, keep, signal }) {
  const most = short ? 40 : 2_500;
  for (const [target, all] of Object.entries(fuzzInputs)) {
    const rounds = short ? 1 : Math.ceil(all / most);
    for (let round = 1; round <= rounds; round += 1) {
      const name = `${target}, round ${round}`;
      if (isDone(name)) continue;
      signal.throwIfAborted();
      const inputs = Math.min(most, all - (round - 1) * most);
      const call = { target, inputs, seed: seed + round, signal };
      const { value, seconds } = await timed(() => fuzzRound(call));
      const { fault } = value;
      const wrong = fault ? [`seed ${call.seed}: ${fault.message}: ${JSON.stringify(fault.input)}`] : [];
      keep({ ...blank, name, inputs: value.inputs, wrong, seconds });
    }
  }
}

/** A tenth of it in each round. */
async function evidencePart({ short, seed, isDone, keep, signal }) {
  const rounds = short ? 1 : 10;
  const changes = short ? 30 : 100;
  for (let round = 1; round <= rounds; round += 1) {
    signal.throwIfAborted();
    const name = `${changes} changed bytes, round ${round}`;
    if (isDone(name)) continue;
    const { value: wrong, seconds } = await timed(() => tortureEvidence(changes, seed + round));
    keep({ ...blank, name, inputs: changes, wrong, seconds });
  }
}

/** Each test is a fault that is survived, or not. */
function testsPart(...parts) {
  return async ({ short, isDone, keep, signal }) => {
    if (short) return;
    for (const name of parts) {
      signal.throwIfAborted();
      if (isDone(name)) continue;
      const { value, seconds } = await timed(() => runTests(`dist/${name}.test.js`, signal));
      keep({ ...blank, name, ...value, seconds });
    }
  };
}

async function runTests(file, signal) {
  const found = { faults: 0, wrong: [], skipped: [] };
  const events = run({ files: [file], signal, concurrency: 1 });
  events.on('test:pass', ({ name, skip, details }) => {
    if (skip) found.skipped.push(name);
    else if (details.type !== 'suite') found.faults += 1;
  });
  events.on('test:fail', ({ name, details }) => {
    if (details.type !== 'suite')
      found.wrong.push(`${name}: ${details.error.cause?.message ?? details.error}`);
  });
  await new Promise((resolve) => events.on('end', resolve).resume());
  signal.throwIfAborted();
  const { faults, wrong, skipped } = found;
  return { faults, wrong, detail: skipped.length > 0 ? `not run here: ${skipped.join(', ')}` : '' };
}

/** All that the drills leave behind, they leave in a temporary folder of the soak's own. */
async function soakPart({ short, seed, isDone, keep, keepWrongIn, signal }) {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), 'kong-soak-'));
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  const size = short ? { rounds: 3, atATime: 3, stretch: 3 } : { rounds: 300, atATime: 4, stretch: 60 };
  try {
    await soak({ ...size, seed, isDone, keep, keepWrongIn, signal });
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(work) {
  const began = performance.now();
  const value = await work();
  return { value, seconds: Math.round((performance.now() - began) / 100) / 10 };
}
