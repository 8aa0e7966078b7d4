/** Logs of servers, which are written while they run: secrets are taken out of them before they are evidence. */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Redactor } from './redaction.js';

/** Held in memory at a time, whatever the length of a line. */
const blockCharacters = 1 << 20;
/** Longer than any key: a secret never lies across a cut on both sides of which this much was looked at. */
const seamCharacters = 1 << 14;

/** Every file of the folder; whoever wrote it must have ended. @throws where one cannot be replaced. */
export async function redactLogs(folder: string, { redact }: Pick<Redactor, 'redact'>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    await pipeline(Readable.from(redactedBlocks(file, redact)), createWriteStream(`${file}.redacted`));
    await rename(`${file}.redacted`, file);
  }
}

async function* redactedBlocks(file: string, redact: (text: string) => string): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    held += String(chunk);
    if (held.length < blockCharacters) continue;
    const cut = cutOutsideOfSecrets(held, redact);
    yield redact(held.slice(0, cut));
    held = held.slice(cut);
  }
  if (held !== '') yield redact(held);
}

/** After a line break where there is one, and where nothing is hidden across the cut. */
function cutOutsideOfSecrets(text: string, redact: (text: string) => string): number {
  let cut = text.length - seamCharacters;
  for (let tries = 0; tries < seamCutTries; tries += 1) {
    const line = text.lastIndexOf('\n', cut - 1) + 1;
    cut = line > text.length / 2 ? line : cut;
    const [before, after] = [text.slice(cut - seamCharacters, cut), text.slice(cut, cut + seamCharacters)];
    if (redact(before + after) === redact(before) + redact(after)) return cut;
    cut -= seamCharacters / 16;
  }
  return cut;
}

const seamCutTries = 32;
