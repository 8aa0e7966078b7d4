/** What this engine can do of a plan with the software that it found. */
import type { Software } from '../../model/journal.js';
import type { Plan } from '../../model/plan.js';
import type { Readiness } from '../engine.js';
import { choosePostgres, majorOf } from './postgres-installation.js';
import { isEnterprise } from '../enterprise.js';
import { topologyNotes } from '../topology-notes.js';
import type { FoundSoftware } from './software.js';

type Refusal = Readiness['refusals'][number];

const containersDo = 'use --engine containers';
const impossible: ReadonlyMap<string, string> = new Map([
  ['cut-off', 'processes of one machine share its loopback: there is no network between them to cut'],
  ['fill-disk', 'the lab has no disk of its own that could be filled'],
]);

export function readinessOf(plan: Plan, found: FoundSoftware, canMove: boolean): Readiness {
  const { postgres, kong, tools, broken } = found;
  const rehearsal = kong.kind === 'stand-in';
  const differing = versionsThatDiffer(plan, found);
  return {
    software: softwareOf(found),
    rehearsal,
    tools: new Set(tools.keys()),
    broken,
    refusals: [
      ...refusedFailures(plan),
      ...refusedTopology(plan, found),
      ...refusedVersions(plan, found),
      // In a rehearsal no figure counts as evidence anyway, so that it goes on with what is there.
      ...(rehearsal ? [] : differing.map(({ what, reason }) => ({ what, reason, hint: containersDo }))),
    ],
    notes: [
      ...(rehearsal ? differing.map(({ reason }) => reason) : []),
      ...topologyNotes(plan.topology, rehearsal),
      ...[...broken].map(([name, { message }]) => `${name} is not used: ${message}`),
      ...(canMove
        ? []
        : ['this machine has one loopback address only: a new Postgres comes back on the old address']),
      ...(postgres.kind === 'npm' ? [`Postgres ${postgres.version} comes from npm`] : []),
    ],
  };
}

function softwareOf({ postgres, kong, tools }: FoundSoftware): Software[] {
  return [
    { name: 'postgres', version: postgres.version, kind: postgres.kind },
    ...[...tools]
      .filter(([name]) => name !== 'kong')
      .map(([name, { version, kind }]) => ({ name, version, kind })),
    { name: 'kong', version: kong.version, kind: kong.kind },
  ];
}

function refusedFailures(plan: Plan): Refusal[] {
  return plan.failures.flatMap(({ kind }) => {
    const reason = impossible.get(kind);
    return reason === undefined ? [] : [{ what: kind, reason, hint: containersDo }];
  });
}

function refusedTopology({ topology }: Plan, { kong }: FoundSoftware): Refusal[] {
  const { edition, files } = topology.kong;
  const refusals: Refusal[] = [];
  for (const [component, image] of [
    ['kong', topology.kong.image],
    ['postgres', topology.postgres.image],
  ] as const) {
    if (image === undefined) continue;
    const reason = `this engine runs programs of this machine, and no image such as ${image}`;
    refusals.push({ what: `topology.${component}.image`, reason, hint: containersDo });
  }
  if (edition === 'enterprise' && kong.kind !== 'stand-in' && !isEnterprise(kong.version))
    refusals.push({
      what: 'edition: enterprise',
      reason: `Kong ${kong.version} of this machine is the open source one`,
      hint: `put Kong Gateway's kong on PATH, or ${containersDo}`,
    });
  if (Object.keys(files).length > 0)
    refusals.push({
      what: 'topology.kong.files',
      reason: 'files would have to be put into the Kong that is installed on this machine',
      hint: containersDo,
    });
  return refusals;
}

/** Another version for the recovery, which is what the stage is about. */
function refusedVersions({ cases }: Plan, { installations, kong }: FoundSoftware): Refusal[] {
  const stages = cases.flatMap((each) => each.stages.map(({ stage }) => stage));
  return stages.flatMap((stage): Refusal[] => {
    if (stage.stage !== 'database-restore') return [];
    const { postgresVersion: wanted, kongVersion } = stage;
    const refusals: Refusal[] = [];
    if (wanted !== undefined && !installations.some((each) => majorOf(each.version) === majorOf(wanted)))
      refusals.push({
        what: stage.stage,
        reason: `Postgres ${wanted} wanted, found ${installations.map((each) => each.version).join(', ')}`,
        hint: `install Postgres ${wanted}, or ${containersDo}`,
      });
    if (kongVersion !== undefined && kong.kind !== 'stand-in' && !isVersion(kong.version, kongVersion))
      refusals.push({
        what: stage.stage,
        reason: `Kong ${kongVersion} wanted, found ${kong.version}`,
        hint: containersDo,
      });
    return refusals;
  });
}

function versionsThatDiffer(plan: Plan, found: FoundSoftware): { what: string; reason: string }[] {
  const { topology } = plan;
  const postgres = choosePostgres(found.installations, topology.postgres.version)?.version ?? '';
  return [
    { what: 'postgres', wanted: topology.postgres.version, got: postgres },
    { what: 'kong', wanted: topology.kong.version, got: found.kong.version },
  ].flatMap(({ what, wanted, got }) =>
    isVersion(got, wanted) ? [] : [{ what, reason: `${what} ${wanted} wanted, ${got} found` }],
  );
}

/** Whether `3.9.3` is a `3.9`. */
function isVersion(version: string, wanted: string): boolean {
  return `${version}.`.startsWith(`${wanted}.`);
}
