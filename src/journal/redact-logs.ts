/** Logs of servers, which are written while they run: secrets are taken out of them before they are evidence. */
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Redactor } from './redaction.js';

/** Every file of the folder, line by line; whoever wrote it must have ended. @throws where one cannot be replaced. */
export async function redactLogs(folder: string, { redact }: Pick<Redactor, 'redact'>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(folder, entry.name);
    await pipeline(Readable.from(redactedLines(file, redact)), createWriteStream(`${file}.redacted`));
    await rename(`${file}.redacted`, file);
  }
}

async function* redactedLines(file: string, redact: (text: string) => string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
    yield `${redact(line)}\n`;
}
