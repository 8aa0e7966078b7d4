/** What an auditor looks for (NIST SP 800-84, SOC 2 A1.3, ISO 22301, ISO 27001, DORA): every row, always; see reports.md. */
import type { Drill } from '../model/drill.js';
import { disasterOf } from '../model/drill-failure.js';
import { formatBytes, formatDuration, formatTarget } from '../model/units.js';
import type { RunResult } from '../model/verdict.js';
import type { Block, Section } from './document.js';
import { executionSection, utcAt } from './execution-section.js';
import { programmeSection } from './programme-section.js';
import { lossText, newRouteText, parityText, raceOf } from './race.js';

type Row = readonly [label: string, value: string | undefined];

export function auditSections(result: RunResult): Section[] {
  const drill = drillOf(result.drill.content);
  return [
    facts('identity', 'Identity', identity(result)),
    facts('scope', 'Scope', scope(result, drill)),
    facts('scenario', 'Scenario', scenario(result, drill)),
    facts('objectives', 'Objectives', objectives(result, drill)),
    { id: 'backup', title: 'Backup used', blocks: [backups(result)] },
    executionSection(result),
    facts('results', 'Results', results(result)),
    { id: 'deviations', title: 'Deviations', blocks: [deviations(result)] },
    facts('findings', 'Findings', findings(result)),
    facts('evidence', 'Evidence', evidence(result)),
    {
      id: 'limits',
      title: 'Limits: what this run does not prove',
      blocks: [{ kind: 'list', items: result.limits }],
    },
    programmeSection(result),
  ];
}

function identity(result: RunResult): Row[] {
  const { drill, people } = result;
  return [
    ['Run', result.runId],
    ...shardRows(result),
    ['Drill', `${drill.name} (${drill.path})`],
    ['Git revision', drill.gitRevision],
    ['SHA-256 of the drill file', drill.sha256],
    ['Started (UTC)', result.startedUtc],
    ['Duration', formatDuration(result.durationMs)],
    ['Trigger', result.trigger],
    ['CI link', result.ciLink],
    ['Operator', said(people.operator)],
    ['Participants', said(people.participants)],
    ['Approver', said(people.approver)],
  ];
}

function shardRows({ shard, merged }: RunResult): Row[] {
  if (shard) return [['Shard', `${shard.index} of ${shard.of}`]];
  return (merged?.shards ?? []).map(({ index, runId, utc, ciLink, cases }) => [
    `Shard ${index} of ${merged?.of ?? 0}`,
    [`run ${runId}`, `started ${utc}`, cases.join(', '), ...(ciLink === undefined ? [] : [ciLink])].join(
      '; ',
    ),
  ]);
}

function scope(result: RunResult, drill: Partial<Drill>): Row[] {
  const { kong = {}, postgres = {}, workspaces = ['default'] } = drill.topology ?? {};
  const software = result.software.map(({ name, version, kind, image, digest }) =>
    [`${name} ${version} (${kind})`, image, digest].filter((it) => it !== undefined).join(' '),
  );
  return [
    ['Rehearsal or real', result.rehearsal ? 'REHEARSAL: Kong was played by a stand-in' : 'real Kong'],
    [
      'Kong',
      `${kong.edition ?? 'oss'} ${kong.version ?? '3.9'}, nodes: ${kong.nodes ?? 1}, workers: ${kong.workers ?? 2}`,
    ],
    ['Postgres', postgres.version ?? '15'],
    ['Workspaces', workspaces.join(', ')],
    ['Versions and image digests', software.join('; ') || undefined],
    ['Tool', result.tool],
    ['Engine', result.engine],
    ['Isolation', result.isolation],
    ['Host', hostText(result.host)],
    ...(result.merged?.shards ?? []).map(({ index, host }): Row => [
      `Host of shard ${index}`,
      hostText(host),
    ]),
  ];
}

function hostText(host: RunResult['host']): string | undefined {
  const facts = Object.entries(host).map(([name, value]) => {
    const isBytes = typeof value === 'number' && name.endsWith('Bytes');
    const words = name.replace(/Bytes$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return `${words}: ${isBytes ? formatBytes(value) : value}`;
  });
  return facts.join('; ') || undefined;
}

function scenario(result: RunResult, drill: Partial<Drill>): Row[] {
  const { people } = result;
  return [
    ['What the drill proves', drill.title],
    ['Disaster', disasterOf(drill.failure ?? []) || undefined],
    [
      'State before it',
      drill.state &&
        Object.entries(drill.state)
          .map(([kind, value]) => `${kind}: ${said(value) ?? ''}`)
          .join('; '),
    ],
    ['Severity, and why', said(people.severity)],
    ['Risk or business impact analysis', said(people.reference)],
    ['Assumptions', said(people.assumptions)],
    ['Time to notice and decide (declared)', said(people.noticeAndDecide)],
  ];
}

function objectives(result: RunResult, drill: Partial<Drill>): Row[] {
  const { rto = {}, rpo, parity, behaviour = 'required' } = drill.objectives ?? {};
  const declared = (parity?.declaredLoss ?? []).map(
    (it) => `${it.recovery}: ${it.kinds.join(', ')} (${it.reason})`,
  );
  return [
    ['RTO traffic', rto.traffic ?? 'none set'],
    ['RTO config', rto.config ?? 'none set'],
    ['RTO parity', rto.parity ?? 'none set'],
    ['RPO', rpo ?? 'none set'],
    ['Parity', parity?.level ?? 'equivalent'],
    ['Behaviour', behaviour],
    ['Declared loss', declared.join('; ') || 'none'],
    ['Paths that must meet them', drill.require ?? 'all'],
    ['Where they come from', said(result.people.objectivesFrom)],
  ];
}

function backups(result: RunResult): Block {
  const artifacts = result.cases.flatMap((it) =>
    it.artifacts.map((artifact) => ({ ...artifact, of: it.case })),
  );
  if (artifacts.length === 0) return { kind: 'paragraph', text: 'No artifact was taken or fetched.' };
  return {
    kind: 'table',
    caption: 'Artifacts that the recoveries started from',
    head: ['Case', 'Artifact', 'Kind', 'Origin', 'Created (UTC)', 'Schedule', 'Size', 'SHA-256', 'Faults'],
    rows: artifacts.map((it) =>
      [
        it.of,
        it.name,
        `${it.artifact}, ${it.method}`,
        it.origin === 'taken' ? 'taken by the drill (synthetic state)' : (it.source ?? 'given'),
        it.createdUtc ??
          (it.takenFromMs === undefined ? 'NOT PROVIDED' : utcAt(result, it.of, it.takenFromMs)),
        it.everyMs === undefined ? 'NOT PROVIDED' : `every ${formatTarget(it.everyMs)}`,
        formatBytes(it.sizeBytes),
        it.sha256,
        it.faults.join('; ') || 'none',
      ].map((text) => ({ text })),
    ),
  };
}

function results(result: RunResult): Row[] {
  const rows = raceOf(result).paths.flatMap(({ recovery, shown }): Row[] => {
    const judged = shown.objectives.filter((it) => it.target !== undefined);
    const newRoute = newRouteText(shown);
    return [
      ...judged.map((it): Row => [`${recovery}: ${it.title}`, `${it.verdict}: ${it.reason}`]),
      [`${recovery}: data lost`, lossText(shown)],
      [`${recovery}: integrity`, parityText(shown)],
      ...(newRoute === undefined ? [] : [[`${recovery}: effect of a new route`, newRoute] as const]),
      ...(shown.secondOpinion === undefined
        ? []
        : [[`${recovery}: second opinion`, shown.secondOpinion] as const]),
    ];
  });
  return rows.length > 0 ? rows : [['Results', 'none: no recovery path was tried']];
}

function deviations(result: RunResult): Block {
  const ofCases = result.cases.flatMap((it) => [
    ...it.notes.filter((note) => note.level !== 'finding').map((note) => `${it.case}: ${note.text}`),
    ...it.steps
      .filter((step) => (step.attempts ?? 1) > 1)
      .map((step) => `${it.case}: ${step.step} took ${step.attempts ?? 1} attempts`),
    ...it.objectives
      .filter((one) => one.verdict === 'inconclusive')
      .map((one) => `${it.case}: inconclusive: ${one.title}: ${one.reason}`),
  ]);
  const items = [...result.notes.map(({ text }) => text), ...ofCases];
  if (items.length === 0)
    return {
      kind: 'paragraph',
      text: 'None were recorded: no manual intervention, no retry, nothing inconclusive.',
    };
  const more = items.length - deviationsShown;
  return {
    kind: 'list',
    items: more > 0 ? [...items.slice(0, deviationsShown), `… and ${more} more`] : items,
  };
}

const deviationsShown = 200;

function findings(result: RunResult): Row[] {
  const found = result.cases.flatMap((it) => [
    ...it.objectives
      .filter((one) => one.verdict === 'missed')
      .map((one) => `${it.case}: ${one.title}: ${one.reason}`),
    ...it.notes.filter((note) => note.level === 'finding').map((note) => `${it.case}: ${note.text}`),
  ]);
  return [
    ['Found', found.slice(0, deviationsShown).join('; ') || 'none'],
    ['Severity', said(result.people.severity)],
    ['Owner', said(result.people.owner)],
    ['Due date', said(result.people.due)],
    ['Ticket', said(result.people.ticket)],
    ['Run that this one retests', said(result.people.retests)],
  ];
}

function evidence(result: RunResult): Row[] {
  return [
    ['Manifest', 'MANIFEST.sha256, beside this file; checked by sha256sum -c MANIFEST.sha256'],
    ['Signature', 'MANIFEST.sha256.sig, where a key was given'],
    [
      'Verified by',
      `kong-drill verify <this folder> --public-key <key from elsewhere> (run ${result.runId})`,
    ],
    ['Record complete', result.complete ? 'yes' : 'NO: the run was cut off before its end'],
    ['Retention', said(result.people.retention)],
  ];
}

function facts(id: string, title: string, rows: readonly Row[]): Section {
  return { id, title, blocks: [{ kind: 'facts', rows }] };
}

/** The drill stands in the result as validated; every part of it may still be missing from a result of another version. */
export function drillOf(content: unknown): Partial<Drill> {
  return typeof content === 'object' && content !== null ? content : {};
}

/** A value of a drill file in words; `undefined` where nobody gave one. */
function said(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((it) => said(it) ?? '').join(', ');
  return JSON.stringify(value);
}
