/** Behaviour over several workspaces: what each holds, and names that say which one is meant. */
import { defaultWorkspace } from '../../model/plan.js';
import { inWorkspace } from '../../system/admin-api.js';
import type { AdminApi } from '../../system/admin-api.js';
import type { BehaviourRequest } from './request.js';
import { readState } from './state.js';
import type { State } from './state.js';

export interface Workspaces {
  readonly admin: AdminApi;
  readonly workspaces: readonly string[];
  readonly signal?: AbortSignal;
}

export interface WorkspaceState {
  readonly workspace: string;
  readonly state: State;
}

/** @throws where the Admin API cannot be read. */
export function readStates({ admin, workspaces, signal }: Workspaces): Promise<readonly WorkspaceState[]> {
  return Promise.all(
    workspaces.map(async (workspace) => ({
      workspace,
      state: await readState(inWorkspace(admin, workspace), signal),
    })),
  );
}

/** The same request, under a name that is unique among all workspaces. */
export function requestIn(workspace: string, request: BehaviourRequest): BehaviourRequest {
  const { name, presumes } = request;
  return {
    ...request,
    name: nameIn(workspace, name),
    ...(presumes && { presumes: { ...presumes, name: nameIn(workspace, presumes.name) } }),
  };
}

export function nameIn(workspace: string, name: string): string {
  return workspace === defaultWorkspace ? name : `${workspace}: ${name}`;
}
