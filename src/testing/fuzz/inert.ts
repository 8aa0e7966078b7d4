/** That what is shown to people and machines does nothing but be shown: no markup, command or control that came from an input. */
/** What is wrong with an output, each in a sentence; `form` is how it is read. */
export function liveParts(text: string, form: 'console' | 'junit' | 'html' | 'markdown' | 'ci'): string[] {
  return readers[form](text);
}

const readers = {
  console: consoleFaults,
  junit: junitFaults,
  html: htmlFaults,
  markdown: markdownFaults,
  ci: ciFaults,
};

/** Without colours nothing may be left that a terminal obeys. */
function consoleFaults(text: string): string[] {
  const found = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.exec(text);
  return found ? [`a control character at ${found.index}: ${JSON.stringify(around(text, found.index))}`] : [];
}

const junitElements = new Set(
  'testsuites testsuite properties property testcase failure error skipped system-out system-err'.split(' '),
);
const forbiddenInXml =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const entity = '&(?:amp|lt|gt|quot|apos|#\\d+|#x[0-9a-fA-F]+);';
/** All that well-formed XML is made of, as far as a JUnit file needs it; whatever fits none of these is a fault. */
const xmlToken = new RegExp(
  [
    '<\\?xml [^?<>]*\\?>',
    '<!\\[CDATA\\[[\\s\\S]*?\\]\\]>',
    `<(?<opened>[a-z-]+)(?:\\s+[a-z-]+="(?:[^"<&]|${entity})*")*\\s*(?<single>/?)>`,
    '</(?<closed>[a-z-]+)\\s*>',
    `(?:[^<&\\]]|\\](?!\\]>)|${entity})+`,
  ].join('|'),
  'y',
);

/** Strictly: a CI that cannot read the file takes the job for a green one. */
function junitFaults(xml: string): string[] {
  const forbidden = forbiddenInXml.exec(xml);
  if (forbidden) return [`a character that XML forbids: ${JSON.stringify(around(xml, forbidden.index))}`];
  const open: string[] = [];
  for (let at = 0; at < xml.length; at = xmlToken.lastIndex) {
    xmlToken.lastIndex = at;
    const token = xmlToken.exec(xml);
    if (token === null) return [`not XML: ${JSON.stringify(xml.slice(at, at + 80))}`];
    const { opened, single, closed } = token.groups ?? {};
    if (opened !== undefined && !junitElements.has(opened)) return [`an element <${opened}>`];
    if (opened !== undefined && single === '') open.push(opened);
    if (closed !== undefined && open.pop() !== closed) return [`</${closed}> closes nothing`];
  }
  return open.map((name) => `<${name}> is not closed`);
}

const htmlTag = /<[!/]?([a-zA-Z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g;
const htmlAttribute = /([^\s=/"'>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/g;
const htmlElements = new Set(
  `html head meta link title style body main header footer nav section article h1 h2 h3 h4 p ul ol li dl dt dd div span strong em
   table caption thead tbody tr th td details summary pre code a svg g line rect text path title desc circle polyline polygon
   figure figcaption time small br hr doctype abbr defs pattern clippath use`.split(/\s+/),
);

function htmlFaults(html: string): string[] {
  const faults: string[] = [];
  const body = html.replaceAll(/<style>[\s\S]*?<\/style>/g, '');
  for (const [tag, name = '', attributes = ''] of body.matchAll(htmlTag)) {
    if (!htmlElements.has(name.toLowerCase())) faults.push(`an element: ${tag.slice(0, 80)}`);
    for (const [, key = '', put = ''] of attributes.matchAll(htmlAttribute)) {
      if (/^on|kdx/i.test(key)) faults.push(`an attribute ${key} in ${tag.slice(0, 80)}`);
      const target = put.replaceAll(/["'\s]/g, '');
      if (/^(href|src|action|style)$/i.test(key) && !/^#|^[a-z-]+:[^:;]*$/i.test(target))
        faults.push(`${key}=${put.slice(0, 80)}`);
    }
  }
  return faults;
}

/** Outside of fences: no HTML, no link and no picture that came from an input. */
function markdownFaults(markdown: string): string[] {
  const faults: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence !== undefined) {
      if (line === fence) fence = undefined;
    } else if (ticks !== undefined) fence = ticks;
    else if (/<(?!\/?(?:details|summary)>)|(?<!\\)\]\(|^# kdx/.test(line)) faults.push(line.slice(0, 200));
  }
  if (fence !== undefined) faults.push('a fence that is never closed');
  return faults;
}

/** Commands of a CI: one a line, and only those that are ours. */
function ciFaults(text: string): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .filter(
      (line) =>
        !/^::(error|warning|notice) |^##vso\[task\.(logissue type=(error|warning)|uploadsummary)\]/.test(
          line,
        ),
    );
}

function around(text: string, at: number): string {
  return text.slice(Math.max(0, at - 20), at + 20);
}
