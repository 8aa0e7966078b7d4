/** Planted secrets, and the search for them in everything that a run leaves, in every encoding that occurs. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** How a text looks in records: as it is, in URLs, JSON, XML, hexadecimal, base64 at each offset; a digest also by its bytes. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const basic = ['', 'x', 'xx'].map((before) => {
    const encoded = Buffer.from(`${before}${secret}`).toString('base64');
    // The characters at either end also hold bits of what stands beside the secret.
    return encoded.slice(before === '' ? 0 : 4, -4);
  });
  const json = JSON.stringify(secret).slice(1, -1);
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const forms = [secret, encodeURIComponent(secret), json, JSON.stringify(json).slice(1, -1), xml];
  const digest = /^(?:[0-9a-f]{2}){16,}$/.test(secret)
    ? [secret.toUpperCase(), Buffer.from(secret, 'hex').toString('base64').replace(/.=+$/, '')]
    : [];
  const hex = bytes.toString('hex');
  return [...new Set([...forms, hex, hex.toUpperCase(), ...basic, ...digest])];
}

/** `file: the beginning of the form`, for each place in a folder, or in the text, where a secret stands in clear. */
export async function leaksIn(
  folder: string,
  texts: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<string[]> {
  const names = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(async (file) => [relative(folder, file), await readFile(file)] as const),
  );
  const spoken = Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)] as const);
  const forms = secrets.flatMap(formsOf);
  return [...contents, ...spoken].flatMap(([name, content]) =>
    forms.filter((form) => content.includes(form)).map((form) => `${name}: ${form.slice(0, 24)}…`),
  );
}
