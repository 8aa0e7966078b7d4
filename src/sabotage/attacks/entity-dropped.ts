/** The tool that brings entities back drops one of them, and ends with success all the same. */
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { IncomingMessage } from 'node:http';
import type { Lab, ToolCall } from '../../engine/engine.js';
import type { CommandResult } from '../../system/command.js';
import { withSql } from '../../system/sql.js';
import { overriding } from '../attack.js';
import type { Assault, Attack, AttackTarget } from '../attack.js';
import { Progress } from '../progress.js';
import { foreign } from './foreign.js';
import { startRelay } from '../relay.js';
import type { OwnAnswer, Relay } from '../relay.js';

export const entityDropped: Attack = {
  title: 'the tool drops an entity, and ends with success',
  through: 'deck shim',
  advice: 'let `objectives.parity` compare the entities',
  whyNot: ({ planned }) =>
    wayOf(planned) === undefined ? 'no tool brings anything back: the database itself survived' : undefined,
  begin: (target) => new Dropping(wayOf(target.planned) ?? 'pg_restore'),
};

type Way = 'pg_restore' | 'data folder' | 'deck' | 'requests';

/** By what the last stage brings entities back. */
function wayOf({ stages }: AttackTarget['planned']): Way | undefined {
  const kinds = stages.at(-1)?.steps.map(({ action }) => action.kind) ?? [];
  if (kinds.includes('replay')) return 'requests';
  if (kinds.includes('deck-sync')) return 'deck';
  if (kinds.includes('pg-restore')) return 'pg_restore';
  return kinds.includes('restore-data-folder') ? 'data folder' : undefined;
}

class Dropping implements Assault {
  private readonly progress = new Progress();
  private readonly way: Way;
  private done: string | undefined;
  private relay: Relay | undefined;
  private readonly folders: string[] = [];

  constructor(way: Way) {
    this.way = way;
  }

  readonly see: Assault['see'] = (event) => this.progress.see(event);

  readonly planted = (): Promise<string | undefined> => Promise.resolve(this.done);

  readonly wrap = async (lab: Lab): Promise<Lab> => {
    const [first, ...others] = lab.kong;
    if (this.way === 'requests' && first) {
      this.relay = await startRelay(first.adminUrl, (asked) => this.swallow(asked));
      return overriding(lab, { kong: [overriding(first, { adminUrl: this.relay.url }), ...others] });
    }
    if (this.way === 'data folder') {
      const postgres = overriding(lab.postgres, {
        provision: async (options, signal) => {
          await lab.postgres.provision(options, signal);
          if (options.data) await this.dropRow(lab);
        },
      });
      return overriding(lab, { postgres });
    }
    return overriding(lab, { tool: (call) => this.tool(lab, call) });
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay?.[Symbol.asyncDispose]();
    for (const folder of this.folders) await rm(folder, { recursive: true, force: true });
  }

  private async tool(lab: Lab, call: ToolCall): Promise<CommandResult> {
    const [file] = call.reads ?? [];
    if (this.progress.stage < 0 || file === undefined || this.done !== undefined) return lab.tool(call);
    if (this.way === 'deck' && call.tool === 'deck') return lab.tool(await this.withoutEntity(call, file));
    const result = await lab.tool(call);
    if (this.way === 'pg_restore' && call.tool === 'pg_restore' && result.ok) await this.dropRow(lab);
    return result;
  }

  /** The same call, with a copy of its file that lacks one entity. */
  private async withoutEntity(call: ToolCall, file: string): Promise<ToolCall> {
    const folder = await mkdtemp(join(tmpdir(), 'kong-drill-sabotage-'));
    this.folders.push(folder);
    const copy = join(folder, basename(file));
    await cp(file, copy, { recursive: true });
    this.done = await dropFrom(copy, this.progress.mark);
    return {
      ...call,
      reads: (call.reads ?? []).map((read) => (read === file ? copy : read)),
      args: (seen) => call.args({ ...seen, path: (asked) => seen.path(asked === file ? copy : asked) }),
    };
  }

  private async dropRow(lab: Lab): Promise<void> {
    await withSql(lab.postgres.connection, async (sql) => {
      const [row] = await sql.query<{ name: string }>(
        `DELETE FROM consumers WHERE id = (SELECT id FROM consumers
         WHERE ${foreign} ORDER BY id LIMIT 1)
         RETURNING coalesce(username, custom_id) AS name`,
        [this.progress.mark],
      );
      if (row) this.done = `the consumer ${row.name} did not come back`;
    });
  }

  /**
   * Acknowledges the first credential or plugin that is put back, and does nothing, each time that it is; one that an earlier
   * stage has brought is taken away.
   */
  private swallow({ method = '', url = '' }: IncomingMessage): OwnAnswer | undefined {
    const isWrite = method === 'PUT' || method === 'POST';
    if (this.progress.stage < 0 || !isWrite || !leaves.test(url)) return undefined;
    if (url.includes(this.progress.mark)) return undefined;
    const what = `${method} ${url} was answered and not made`;
    if (this.done !== undefined && this.done !== what) return undefined;
    this.done = what;
    const body = '{}';
    return method === 'PUT' ? { status: 200, body, instead: 'DELETE' } : { status: 201, body };
  }
}

/** What nothing else hangs on: a later request would fail otherwise, and the drill need not even look. */
const leaves = /\/(plugins|acls|key-auths?|basic-auths?|hmac-auths?|jwts?)(\/|$)/;

const sections = ['consumers', 'upstreams', 'services', 'plugins'] as const;

/** Takes an entity out of a decK file, or out of the first file of a folder that has one. */
async function dropFrom(path: string, mark: string): Promise<string | undefined> {
  const isFolder = (await stat(path)).isDirectory();
  const files = isFolder ? (await readdir(path)).toSorted().map((name) => join(path, name)) : [path];
  const { parse, stringify } = await import('yaml');
  for (const file of files.filter((name) => /\.(ya?ml|json)$/.test(name))) {
    const content = parse(await readFile(file, 'utf8')) as Record<string, unknown> | null;
    for (const section of sections) {
      const list = content?.[section];
      if (!content || !Array.isArray(list)) continue;
      const place = list.findLastIndex((entity) => !JSON.stringify(entity).includes(mark));
      if (place === -1) continue;
      await writeFile(file, stringify({ ...content, [section]: list.toSpliced(place, 1) }));
      return `one of the ${section} was not synced`;
    }
  }
  return undefined;
}
