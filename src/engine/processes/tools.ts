/** Tools and the user's own commands, run against the lab, and marked like everything in it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DrillError } from '../../model/drill-error.js';
import { runCommand } from '../../system/command.js';
import type { CommandOptions, CommandResult } from '../../system/command.js';
import type { Environment } from '../../system/environment.js';
import type { KongNode, PostgresServer, ToolCall, UserCommand } from '../engine.js';
import { deckEnvironment, deckTarget, postgresVariables, userEnvironment } from '../lab-environment.js';
import { kongEnvironment } from './kong.js';
import type { KongParts } from './kong.js';
import type { Context } from './context.js';

interface InLab extends Context {
  readonly postgres: PostgresServer;
  readonly kong: readonly KongNode[];
  readonly shared: Omit<KongParts, 'name' | 'logFile' | 'ports'>;
}

export async function runTool(call: ToolCall, lab: InLab): Promise<CommandResult> {
  const program = lab.options.found.tools.get(call.tool);
  if (!program)
    throw new DrillError(
      'engine',
      `${call.tool} is not on this machine`,
      `install ${call.tool}; see kong-drill doctor`,
    );
  const args = call.args({
    path: (file) => file,
    postgres: lab.postgres.connection,
    adminUrl: (node = 1) => adminOf(lab, node).adminUrl,
  });
  return marked([...program.command, ...args], lab, {
    cwd: call.runsIn ?? lab.home,
    env: { ...(await environmentOf(call, lab)), ...call.env },
    limitMs: call.limitMs,
    signal: call.signal,
  });
}

export function runUserCommand(call: UserCommand, lab: InLab): Promise<CommandResult> {
  const { command, ...options } = call;
  const { postgres, kong } = lab;
  const seen = userEnvironment(lab.options.environment, { topology: lab.spec.topology, postgres, kong });
  return marked(command, lab, { ...options, env: { ...seen, ...call.env } });
}

/** Written down while it runs, so that a dead run's tools are found too. */
async function marked(
  command: readonly string[],
  { folder }: InLab,
  options: CommandOptions,
): Promise<CommandResult> {
  let written = Promise.resolve<Parameters<typeof folder.strikeOut>[0] | undefined>(undefined);
  try {
    return await runCommand(command, {
      ...options,
      env: { ...options.env, ...folder.variables },
      onStart: (pid) => {
        written = folder.writeDown(command[0] ?? '', pid);
      },
    });
  } finally {
    const identity = await written;
    if (identity) await folder.strikeOut(identity);
  }
}

async function environmentOf(
  { tool, version }: Pick<ToolCall, 'tool' | 'version'>,
  lab: InLab,
): Promise<Environment> {
  const { environment, home, options } = lab;
  if (tool === 'deck') return { ...deckEnvironment(options.environment, home), ...deckVariables(lab) };
  if (tool !== 'kong') return { ...environment, ...postgresVariables(lab.postgres.connection) };
  const prefix = join(home, 'kong');
  await mkdir(prefix, { recursive: true });
  // A tool serves nobody, so that it needs no ports.
  const ports = { admin: 0, proxy: 0, proxyTls: 0, status: 0 };
  return kongEnvironment(
    { ...lab.shared, ports },
    { prefix, version: version ?? lab.spec.topology.kong.version },
  );
}

function deckVariables(lab: InLab): Environment {
  const { adminUrl, adminHeaders } = adminOf(lab, 1);
  return deckTarget(adminUrl, adminHeaders);
}

function adminOf({ kong }: InLab, node: number): KongNode {
  const found = kong[node - 1];
  if (found) return found;
  throw new DrillError('internal', `there is no Kong node ${node}`, 'report this as a defect');
}
