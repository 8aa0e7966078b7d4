// The reference of the drill language, from its schema: docs/drill-language.md. Run by generate-schema.mjs.
import { asWritten, drillFields } from '../dist/drillfile/fields.js';

const head = `# The drill language

<!-- Made from the schema by scripts/generate-schema.mjs: change src/model, not this file. -->

A drill is one YAML file: a topology, a disaster, one or more recovery paths, and the objectives that they must meet. This
is every field of it; \`kong-drill explain <field>\` says the same on the console, and the first line
\`# yaml-language-server: $schema=./drill.schema.json\` brings it into your editor. Names that you choose are left out of the
paths below, and a kind or a stage stands for itself: \`recovery.database-restore.from\` is the \`from\` of
\`recovery: { restore-db: [{ stage: database-restore, from: nightly-db }] }\`.

What each failure does to a real Kong is in [failures](failures.md), what each way back does in
[recovery paths](recovery-paths.md).
`;

/** @returns {string} Markdown. */
export function drillLanguage() {
  const top = drillFields();
  const plain = top.filter(({ children }) => children.length === 0);
  const rest = top.filter(({ children }) => children.length > 0);
  return [head, '## At the top', '', ...table(plain), ...rest.flatMap(section)].join('\n');
}

function section(field) {
  return [
    '',
    `## \`${field.path}\`${field.isRequired ? ' (required)' : ''}`,
    '',
    `${field.description} Takes ${field.takes}.`,
    '',
    ...rows(field.children),
  ];
}

/** Fields without any of their own are rows of one table; the others follow, each with a table of its own. */
function rows(fields) {
  const plain = fields.filter(({ children }) => children.length === 0);
  const rest = fields.filter(({ children }) => children.length > 0);
  return [...(plain.length > 0 ? table(plain) : []), ...rest.flatMap(subsection)];
}

function subsection(field) {
  const needed = field.isRequired ? ' (required)' : '';
  return ['', `### \`${field.path}\`${needed}`, '', field.description, '', ...rows(field.children)];
}

function table(fields) {
  return [
    '| field | what it is | takes | default or example |',
    '| --- | --- | --- | --- |',
    ...fields.map(
      (field) =>
        `| \`${field.path}\`${field.isRequired ? ' (required)' : ''} | ${cell(field.description)} | ${cell(field.takes)} | ${shown(field)} |`,
    ),
  ];
}

function shown(field) {
  if (field.default !== undefined) return `default \`${cell(asWritten(field, field.default))}\``;
  return field.examples.length === 0 ? '' : `\`${cell(asWritten(field, field.examples[0]))}\``;
}

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
