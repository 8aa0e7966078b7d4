/** What the requirements of the contract share: asking a lab from outside. */
import assert from 'node:assert/strict';
import type { Json } from '../../model/entity.js';
import { adminApi } from '../../system/admin-api.js';
import { waitFor } from '../../system/clock.js';
import type { CommandResult } from '../../system/command.js';
import { http } from '../../system/http.js';
import { randomHex } from '../../system/random.js';
import { withSql } from '../../system/sql.js';
import type { ComponentState, KongNode, Lab, ToolCall } from '../engine.js';
import { clock, limitMs, signal } from './opened.js';

export async function migrate(lab: Lab): Promise<void> {
  succeeded(await lab.tool({ ...call('kong'), args: () => ['migrations', 'bootstrap'] }));
}

export function call(tool: ToolCall['tool']): Omit<ToolCall, 'args'> {
  return { tool, limitMs, signal: signal() };
}

export function succeeded(result: CommandResult): void {
  assert.ok(result.ok, `${result.command.join(' ')}: ${result.failure}\n${result.stderr}\n${result.stdout}`);
}

export async function isDown(
  component: Pick<KongNode, 'state' | 'condition'>,
  expected: ReturnType<typeof pick>,
): Promise<void> {
  const state = await component.state(signal());
  assert.deepEqual(pick(state), expected);
  assert.deepEqual(await component.condition(signal()), { running: state.running, frozen: state.frozen });
  const confirming = state.evidence.filter(({ confirms }) => confirms);
  assert.ok(confirming.length >= 2, `independent evidence: ${JSON.stringify(state.evidence)}`);
}

export async function isUp(component: Pick<KongNode, 'state' | 'condition'>): Promise<void> {
  await eventually(async () => {
    const state = await component.state(signal());
    assert.deepEqual(pick(state), { running: true, frozen: false, dataPresent: true });
    assert.deepEqual(await component.condition(signal()), { running: true, frozen: false });
    assert.deepEqual(
      state.evidence.filter(({ confirms }) => confirms),
      [],
    );
  });
}

export function pick({ running, frozen, dataPresent }: ComponentState) {
  return { running, frozen, dataPresent };
}

export const urlsOf = ({ proxyUrl, proxyTlsUrl, adminUrl }: KongNode) => [proxyUrl, proxyTlsUrl, adminUrl];

/** The status of a list that needs the database: that of `/status` is no proof. */
export async function listsServices(node: KongNode): Promise<number> {
  const admin = adminApi(node.adminUrl, node.adminHeaders);
  return (await admin.call('GET', '/services?size=1')).status;
}

/** Waits until a node serves from its database. */
export async function serves(node: KongNode): Promise<void> {
  await eventually(async () => assert.equal(await listsServices(node), 200));
}

export async function addRoute(
  lab: Lab,
  service: { host: string; port: number; protocol?: 'https' },
): Promise<string> {
  const [node] = lab.kong;
  assert.ok(node);
  const admin = adminApi(node.adminUrl, node.adminHeaders);
  const name = `contract-${randomHex(4)}`;
  const made = await admin.call('POST', '/services', { name, ...service });
  assert.equal(made.status, 201, made.text);
  const routed = await admin.call('POST', `/services/${name}/routes`, { paths: [`/${name}`] });
  assert.equal(routed.status, 201, routed.text);
  return `/${name}`;
}

export async function askProxy(node: KongNode | undefined, path: string): Promise<Record<string, Json>> {
  const answer = await http({
    url: `${node?.proxyUrl ?? ''}${path}`,
    headers: { 'x-kong-drill-nonce': path },
    limitMs: 5_000,
  });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body) as Record<string, Json>;
}

export async function writeRow(lab: Lab, text: string): Promise<void> {
  await withSql(lab.postgres.connection, async (sql) => {
    await sql.query('CREATE TABLE IF NOT EXISTS contract (n serial, text text)');
    await sql.query('INSERT INTO contract (text) VALUES ($1)', [text]);
  });
}

export async function readRows(lab: Lab): Promise<string[]> {
  const rows = await withSql(lab.postgres.connection, (sql) =>
    sql.query<{ text: string }>('SELECT text FROM contract ORDER BY n'),
  );
  return rows.map(({ text }) => text);
}

/** Tries until it does not throw, for at most 30 s. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  let last: unknown;
  const look = async () => {
    try {
      return { done: true, value: await attempt() } as const;
    } catch (error) {
      last = error;
      return { done: false, seen: String(error) } as const;
    }
  };
  const end = await waitFor(look, { clock, limitMs: 30_000, everyMs: 200 });
  if (end.done) return end.value;
  throw last;
}
