/** A lab that runs nothing: it keeps the state that it was put into and writes down what was asked of it. */
import type { ComponentState, DataDisk, KongNode, Lab, PostgresServer, ToolCall } from '../engine/engine.js';
import type { CommandResult } from '../system/command.js';

export interface FakeLab {
  readonly lab: Lab;
  /** `postgres.lose`, `kong-1.start`, `deck sync -s kong.yaml …`, in order. */
  readonly calls: string[];
}

export interface FakeLabOptions {
  readonly nodes?: number;
  /** Calls that are written down and have no effect: a failure that does nothing. */
  readonly ignored?: readonly string[];
  /** As an engine whose network cannot be cut. */
  readonly withoutLink?: true;
  /** Postgres lies on a disk of its own. */
  readonly ownDisk?: true;
  /** What a tool answers, by the beginning of its command line; exit 0 and nothing said otherwise. */
  readonly tools?: Readonly<Record<string, Partial<CommandResult>>>;
  /** The port of a fake Admin API, for every node. */
  readonly adminUrl?: string;
}

interface Condition {
  running: boolean;
  frozen: boolean;
  dataPresent: boolean;
  reachable: boolean;
}

export function fakeLab(options: FakeLabOptions = {}): FakeLab {
  const calls: string[] = [];
  const component = (name: string) => fakeComponent(name, calls, options.ignored ?? []);
  const { link, ...server } = component('postgres');
  const pages = { pages: 10, invalid: 0 };
  const postgres: PostgresServer = {
    ...server,
    connection: { host: '127.0.0.1', port: 1, user: 'kong', password: 'secret', database: 'kong' },
    provision: ({ address }) => noted(calls, `postgres.provision ${address}`),
    copyData: () => noted(calls, 'postgres.copyData'),
    damageData: () => {
      calls.push('postgres.damageData');
      if (!options.ignored?.includes('postgres.damageData')) pages.invalid = pages.pages;
      return Promise.resolve({ files: 3, bytes: 10 * 8_192 });
    },
    countPages: () => Promise.resolve({ ...pages }),
    ...(options.ownDisk ? { disk: fakeDisk(calls, options.ignored ?? []) } : {}),
  };
  const kong = Array.from({ length: options.nodes ?? 1 }, (_, index) =>
    fakeNode(index + 1, component, calls, options),
  );
  const lab: Lab = {
    postgres,
    kong,
    ...(options.withoutLink ? {} : { link }),
    echo: { host: 'echo.lab', port: 8080 },
    whyUnreachable: () => Promise.resolve(undefined),
    tool: (call) => Promise.resolve(answerOf(call, calls, options)),
    command: ({ command }) => {
      calls.push(command.join(' '));
      return Promise.resolve(result(command, {}));
    },
    waysIn: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => noted(calls, 'dispose'),
  };
  return { lab, calls };
}

function fakeDisk(calls: string[], ignored: readonly string[]): DataDisk {
  const sizeBytes = 128 * 1_048_576;
  let freeBytes = sizeBytes / 2;
  const act = (verb: string, leavesBytes: number) => () => {
    if (!ignored.includes(`disk.${verb}`)) freeBytes = leavesBytes;
    return noted(calls, `disk.${verb}`);
  };
  return {
    fill: act('fill', 0),
    makeRoom: act('makeRoom', sizeBytes / 2),
    usage: () => Promise.resolve({ sizeBytes, freeBytes }),
  };
}

function fakeNode(
  number: number,
  component: (name: string) => ReturnType<typeof fakeComponent>,
  calls: string[],
  { adminUrl = 'http://127.0.0.1:1' }: FakeLabOptions,
): KongNode {
  const name = `kong-${number}`;
  return {
    ...component(name),
    name,
    proxyUrl: 'http://127.0.0.1:1',
    proxyTlsUrl: 'https://127.0.0.1:1',
    adminUrl,
    adminHeaders: {},
    provision: () => noted(calls, `${name}.provision`),
    reload: () => {
      calls.push(`${name}.reload`);
      return Promise.resolve(result(['kong', 'reload'], {}));
    },
  };
}

function fakeComponent(name: string, calls: string[], ignored: readonly string[]) {
  const condition: Condition = { running: true, frozen: false, dataPresent: true, reachable: true };
  const act = (verb: string, change: Partial<Condition>, subject = name) => {
    return () => {
      if (!ignored.includes(`${subject}.${verb}`)) Object.assign(condition, change);
      return noted(calls, `${subject}.${verb}`);
    };
  };
  return {
    start: act('start', { running: true, frozen: false }),
    stop: act('stop', { running: false }),
    kill: act('kill', { running: false, frozen: false }),
    lose: act('lose', { running: false, frozen: false, dataPresent: false }),
    freeze: act('freeze', { frozen: true }),
    thaw: act('thaw', { frozen: false }),
    link: { cut: act('cut', { reachable: false }, 'link'), mend: act('mend', { reachable: true }, 'link') },
    condition: () => Promise.resolve({ running: condition.running, frozen: condition.frozen }),
    state: (): Promise<ComponentState> => {
      const serving = condition.running && !condition.frozen && condition.reachable;
      const observed = serving ? 'answers' : 'does not answer';
      return Promise.resolve({
        ...condition,
        evidence: [{ source: `connect to ${name}`, observed, confirms: !serving }],
      });
    },
  };
}

function answerOf(call: ToolCall, calls: string[], { tools = {} }: FakeLabOptions): CommandResult {
  const args = call.args({
    path: (file) => file,
    postgres: { host: 'postgres.lab', port: 5432, user: 'kong', password: 'secret', database: 'kong' },
    adminUrl: (node = 1) => `http://kong-${node}:8001`,
  });
  const command = [call.tool, ...args];
  const line = command.join(' ');
  calls.push(line);
  const answer = Object.entries(tools).find(([begin]) => line.startsWith(begin))?.[1] ?? {};
  return result(command, answer);
}

function result(command: readonly string[], answer: Partial<CommandResult>): CommandResult {
  const exitCode = answer.exitCode ?? 0;
  const ok = exitCode === 0;
  return {
    command,
    exitCode,
    ok,
    stdout: '',
    stderr: '',
    durationMs: 1,
    failure: ok ? '' : `exit code ${exitCode}`,
    ...answer,
  };
}

function noted(calls: string[], call: string): Promise<void> {
  calls.push(call);
  return Promise.resolve();
}
