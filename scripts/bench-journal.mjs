#!/usr/bin/env node
// Judges a journal of 1,000,000 events in a process of its own; fails where it takes 10 s of processor
// time or more (the time by the clock is shown: on a busy machine it is others' work), or needs more memory than allowed.
// That of a million events is kept as a dated line in reports/examples.
//   node scripts/bench-journal.mjs [events]
// Run after `npm run build`.
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDated } from './results.mjs';

const limitMs = 10_000;
/** Of the heap: 1,000,000 probes in memory are a third of it. */
const heapMebibytes = 512;
const million = 1_000_000;
const [, self, argument = String(million), file] = process.argv;

if (file) await judgeFile(file);
else await measure(Number(argument));

async function measure(events) {
  const folder = mkdtempSync(join(tmpdir(), 'kong-drill-journal-'));
  try {
    const journal = join(folder, 'journal.ndjson');
    await write(journal, events);
    const words = [
      `--max-old-space-size=${heapMebibytes}`,
      fileURLToPath(import.meta.url),
      argument,
      journal,
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    process.stdout.write(stdout);
    process.stderr.write(stderr);
    if (status !== 0) console.error(`SLOW or too large: ${self} ended with ${status}`);
    process.exitCode = status === 0 ? 0 : 1;
    if (status === 0 && events === million) keep(stdout.trim());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function keep(line) {
  const made = ({ date, version }) => [
    `# Judging a journal, ${date}`,
    '',
    `Written by \`npm run bench:journal\`, kong-drill ${version}, on ${availableParallelism()} cores; asked for: less than ${limitMs / 1_000} s.`,
    '',
    `${line}.`,
    '',
  ];
  console.log(writeDated('journal', made));
}

async function judgeFile(journal) {
  const { readJournal } = await import('../dist/journal/read-journal.js');
  const { judge } = await import('../dist/verdict/judge.js');
  const began = process.hrtime.bigint();
  const { verdict, cases } = judge(readJournal(journal));
  const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
  const cpuMs = (process.cpuUsage().user + process.cpuUsage().system) / 1_000;
  const resident = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${argument} events, ${cases[0]?.probes.sent} probes: ${verdict} in ${(tookMs / 1_000).toFixed(2)} s ` +
      `(${(cpuMs / 1_000).toFixed(2)} s of processor time), at most ${resident} MiB resident, heap limit ${heapMebibytes} MiB`,
  );
  process.exitCode = cpuMs < limitMs ? 0 : 1;
}

/** A believable run whose streams are watched for a day, each probe an event of its own. */
async function write(path, events) {
  const { buildJournal, failedAtMs } = await import('../dist/testing/journal-builder.js');
  const built = buildJournal();
  const isTail = ({ kind, t }) => kind !== 'probes' && t > failedAtMs + 10_000;
  const head = built.filter((event) => !isTail(event));
  const tail = built.filter(isTail);
  const streams = built
    .find(({ kind }) => kind === 'streams')
    .streams.filter(({ clock }) => clock !== 'config');
  const more = events - built.length;
  const lastIndex = 600;
  const endMs = 70_000 + Math.ceil(more / streams.length) * streams[0].spacingMs;
  const out = createWriteStream(path);
  let seq = 0;
  const put = async (event) => {
    if (!out.write(`${JSON.stringify({ ...event, seq })}\n`)) await once(out, 'drain');
    seq += 1;
  };
  for (const event of head) await put(event);
  const caseId = head.find(({ kind }) => kind === 'streams').case;
  for (let made = 0; made < more; made += 1) {
    const { id, t0Ms, spacingMs } = streams[made % streams.length];
    const index = lastIndex + Math.floor(made / streams.length);
    const sentMs = t0Ms + index * spacingMs;
    await put({
      kind: 'probes',
      t: sentMs + 80,
      case: caseId,
      stream: id,
      samples: [[index, sentMs, sentMs + 3, 0]],
    });
  }
  for (const event of tail) await put({ ...event, t: event.t + endMs });
  out.end();
  await once(out, 'finish');
}
