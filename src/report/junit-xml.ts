/** What junit-report-builder cannot say, put into the XML that it built. */

export interface JunitFinish {
  /** Texts of the `<skipped/>` elements, in their order. */
  readonly skipTexts: readonly string[];
  readonly hostname: string;
  readonly id: string;
}

/** Removes what `junit-10.xsd` forbids (`skipped` at the root), and adds what it allows: `hostname`, `id`, the time of all, reasons for skipping. */
export function finishJunit(xml: string, { skipTexts, hostname, id }: JunitFinish): string {
  const texts = skipTexts.values();
  const parts = xml.split(/(<!\[CDATA\[.*?\]\]>)/s);
  return parts
    .map((part) =>
      part.startsWith('<![CDATA[')
        ? part
        : part.replaceAll('<skipped/>', () => skipped(texts.next().value ?? '')),
    )
    .join('')
    .replace(/(<testsuites\b[^>]*?) skipped="\d+"/, `$1 time="${timeOf(xml)}"`)
    .replace('<testsuite ', `<testsuite id="${attribute(id)}" hostname="${attribute(hostname)}" `);
}

/** The suite's own: there is one. */
function timeOf(xml: string): string {
  return /<testsuite [^>]*\btime="([^"]*)"/.exec(xml)?.[1] ?? '0';
}

function skipped(text: string): string {
  const [first = ''] = text.split('\n');
  return `<skipped message="${attribute(first)}">${escapeText(text)}</skipped>`;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function attribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', '&quot;')
    .replace(/[\n\t]/g, ' ');
}
