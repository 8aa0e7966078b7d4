/** The pack of a period as a document: holes first, then coverage, failures and their retests, and every run. */
import type { AuditPack, AuditedRun } from '../model/audit.js';
import { formatCounts } from '../model/units.js';
import type { Block, Cell, ReportDocument, Section } from './document.js';

export function auditDocument(pack: AuditPack): ReportDocument {
  const { runs, holes, failures, fromUtc, toUtc } = pack;
  const open = failures.filter((it) => it.retest?.verdict !== 'met');
  const broken = runs.filter((it) => it.faults.length > 0);
  const ended = runs.filter((it) => it.verdict !== undefined);
  const real = ended.filter((it) => it.rehearsal === false);
  const whole = holes.length === 0 && broken.length === 0;
  return {
    title: `Recovery drills from ${fromUtc.slice(0, 10)} until ${toUtc.slice(0, 10)}`,
    badge: whole
      ? { text: 'RECORD WHOLE', verdict: 'met' }
      : { text: 'RECORD WITH HOLES', verdict: 'missed' },
    sentence: [
      `${runs.length} runs, ${ended.length} with a verdict, ${real.length} of them with a real Kong; the rest rehearsals or unfinished.`,
      `${holes.length} holes in the record, ${broken.length} runs whose evidence does not hold.`,
      `${failures.length} recovery paths were not met, ${open.length} of them without a met retest.`,
    ].join(' '),
    facts: [`${fromUtc} up to, not including, ${toUtc}`],
    missing: [],
    sections: [
      holesSection(pack, broken),
      coverage(pack),
      failureSection(pack),
      runSection(runs),
      signOffs(runs),
      limits(pack),
    ],
    footer: pack.tool,
  };
}

function holesSection({ holes }: AuditPack, broken: readonly AuditedRun[]): Section {
  const items = [...holes, ...broken.map((it) => `${it.folder}: ${it.faults.join('; ')}`)];
  return section('holes', 'Holes in the record, and evidence that does not hold', [
    items.length > 0 ? { kind: 'list', items } : { kind: 'paragraph', text: 'None were found.' },
  ]);
}

function coverage({ coverage: cells, notDrilled }: AuditPack): Section {
  const ways = [...new Set(cells.map((it) => it.stages))];
  const disasters = [...new Set([...cells.map((it) => it.disaster), ...(notDrilled ?? [])])];
  const cellOf = (disaster: string, stages: string): Cell => {
    const found = cells.find((it) => it.disaster === disaster && it.stages === stages);
    if (!found) return { text: 'not drilled' };
    const real = found.runs - found.rehearsals;
    const counts = formatCounts([
      [real, 'real'],
      [found.rehearsals, 'rehearsed'],
    ]);
    return { text: `${found.lastVerdict}: ${counts}`, verdict: found.lastVerdict };
  };
  const table: Block = {
    kind: 'table',
    caption: 'Disasters down, ways back across; the verdict is that of the last run',
    head: ['Disaster', ...ways],
    rows: disasters.map((it) => [{ text: it }, ...ways.map((way) => cellOf(it, way))]),
  };
  const promised = notDrilled && (notDrilled.join('; ') || 'none');
  return section('coverage', 'Coverage: disasters and ways back', [
    disasters.length > 0 ? table : { kind: 'paragraph', text: 'Nothing was drilled.' },
    { kind: 'facts', rows: [['Disasters of the programme that were not drilled', promised]] },
  ]);
}

function failureSection({ failures }: AuditPack): Section {
  if (failures.length === 0)
    return section('failures', 'Failures and their retests', [
      { kind: 'paragraph', text: 'Every path that was tried was met.' },
    ]);
  const rows = failures.map((it): Cell[] => [
    { text: it.utc },
    { text: `${it.drill}: ${it.recovery}` },
    { text: it.verdict, verdict: it.verdict },
    { text: it.rehearsal ? 'rehearsal' : 'real' },
    it.retest
      ? { text: `${it.retest.verdict} by ${it.retest.runId}, ${it.retest.utc}`, verdict: it.retest.verdict }
      : { text: 'NOT RETESTED' },
    { text: it.runId },
  ]);
  const head = ['Started (UTC)', 'Path', 'Verdict', 'Kong', 'Next run of it', 'Run'];
  return section('failures', 'Failures and their retests', [
    { kind: 'table', caption: 'Paths that were not met', head, rows },
  ]);
}

function runSection(runs: readonly AuditedRun[]): Section {
  if (runs.length === 0)
    return section('runs', 'All runs', [{ kind: 'paragraph', text: 'There were none.' }]);
  const rows = runs.map((it): Cell[] => [
    { text: it.startedUtc },
    { text: it.drill },
    it.verdict ? { text: it.verdict, verdict: it.verdict } : { text: 'NEVER ENDED' },
    { text: it.rehearsal === undefined ? 'unknown' : it.rehearsal ? 'rehearsal' : 'real' },
    { text: it.faults.length === 0 ? 'holds' : 'DOES NOT HOLD' },
    { text: it.retests === undefined ? '' : `retests ${it.retests}` },
    { text: it.trigger },
    { text: it.folder },
  ]);
  const head = ['Started (UTC)', 'Drill', 'Verdict', 'Kong', 'Evidence', 'Remark', 'Trigger', 'Folder'];
  return section('runs', 'All runs', [{ kind: 'table', caption: 'Every run of the period', head, rows }]);
}

function signOffs(runs: readonly AuditedRun[]): Section {
  const items = runs.flatMap((run) =>
    run.signOffs.map((it) => `${run.folder}: ${it.decision} by ${it.by}, ${it.utc}: ${it.note}`),
  );
  return section('sign-offs', 'Signed off', [
    items.length > 0 ? { kind: 'list', items } : { kind: 'paragraph', text: 'Nobody has signed a run off.' },
  ]);
}

function limits(pack: AuditPack): Section {
  return section('limits', 'Limits: what this pack does not prove', [{ kind: 'list', items: pack.limits }]);
}

function section(id: string, title: string, blocks: readonly Block[]): Section {
  return { id, title, blocks };
}
