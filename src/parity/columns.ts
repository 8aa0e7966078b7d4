/** Columns of Kong's tables as fields of entities: how a row becomes what the Admin API would show. */
import type { Kind } from './kind.js';

export interface Column {
  readonly name: string;
  /** As Postgres writes it, without a precision: `timestamp with time zone`, `jsonb[]`. */
  readonly type: string;
  /** Whether it refers to the id of another table. */
  readonly refers: boolean;
}

export function fieldOf(column: Column, kind: Kind): string {
  if (isReference(column, kind)) return column.name.replace(/_id$/, '');
  return isExpiry(column, kind) ? 'expires_at' : column.name;
}

/** Kong names them after the field: `service_id`. A table of a plugin may do without the constraint. */
export function isReference({ name, refers, type }: Column, kind: Kind): boolean {
  if (name === 'ws_id' || type !== 'uuid' || !name.endsWith('_id')) return false;
  return refers || kind.parents[name.slice(0, -3)] !== undefined;
}

export function isExpiry({ name, type }: Column, kind: Kind): boolean {
  return kind.expires && name === 'ttl' && type.startsWith('timestamp');
}

/** @param workspaces id → name. */
export function workspaceOf(wsId: unknown, workspaces: ReadonlyMap<string, string>): string {
  return typeof wsId === 'string' ? (workspaces.get(wsId) ?? wsId) : '';
}
