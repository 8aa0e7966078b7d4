/**
 * What an engine is: something that gives a running Kong and Postgres. Failures, recovery, measurement and parity know only this.
 * `contract.ts` says what each engine must pass.
 */
import type { Evidence, PulledImage, Software } from '../model/journal.js';
import type { Plan, Topology, WalArchiving } from '../model/plan.js';
import type { Clock } from '../system/clock.js';
import type { CommandResult } from '../system/command.js';
import type { Environment } from '../system/environment.js';
import type { PostgresConnection } from '../system/sql.js';

export type EngineName = 'containers' | 'processes';
export type ToolName = 'pg_dump' | 'pg_restore' | 'pg_basebackup' | 'psql' | 'deck' | 'kong';

export interface Engine {
  readonly name: EngineName;
  /** How the lab is kept from reaching anything outside, in one sentence. */
  readonly isolation: string;
  /** Whether an address outside the lab cannot be reached from it; otherwise what names one is refused. */
  readonly blocksAddresses: boolean;
  /**
   * Finds the programs or images that a plan needs, and their versions. Starts nothing.
   * @throws DrillError `engine` where Kong or Postgres themselves cannot be had.
   */
  prepare(plan: Plan, signal: AbortSignal): Promise<Readiness>;
  /** Opens a lab for one case: its folders, network and helpers. Postgres and Kong are not yet started. */
  open(spec: LabSpec): Promise<Lab>;
  /** Stops and removes what dead runs left behind, recognised by the mark that every run leaves; says what it removed. */
  clean(signal: AbortSignal): Promise<readonly string[]>;
}

export interface Readiness {
  readonly software: readonly Software[];
  /** Images that had to be pulled for this; none where it is missing. */
  readonly pulled?: readonly PulledImage[];
  /** True where Kong is the stand-in. */
  readonly rehearsal: boolean;
  /** Tools that can be called; a path that needs another is refused or skipped. */
  readonly tools: ReadonlySet<ToolName>;
  /** Why a tool that somebody meant to be there cannot be called. */
  readonly broken?: ReadonlyMap<ToolName, { readonly message: string; readonly hint: string }>;
  /** What this engine cannot do in this plan, by failure kind or stage, with the reason. */
  readonly refusals: readonly { readonly what: string; readonly reason: string; readonly hint: string }[];
  /** What times depend on besides the runner's own machine: where the engine runs, and how it stores. */
  readonly host?: Readonly<Record<string, string | number>>;
  /** What a reader must know of this engine and this plan: what is done otherwise than the drill says, and why. */
  readonly notes?: readonly string[];
}

export interface LabSpec {
  readonly runId: string;
  readonly caseId: string;
  readonly topology: Topology;
  readonly readiness: Readiness;
  /** The folder of the drill file: `files:` are relative to it. */
  readonly drillFolder: string;
  /** The first Postgres gets a small disk of its own, which `disk` can fill; only where the engine does not refuse `fill-disk`. */
  readonly ownDisk?: boolean;
  /** The first Postgres archives its WAL, where those that are provisioned later can replay it. */
  readonly walArchive?: WalArchiving | undefined;
  /** The lab may be kept: nothing removes it by itself when the runner ends. */
  readonly mayBeKept?: boolean;
  /** Variables for the commands that run on the runner's machine: what goes on there after the runner is found by them. */
  readonly marks?: Environment;
  /** Logs of everything started go here, also when start-up fails. */
  readonly logFolder: string;
  readonly clock: Clock;
  /** The run's: an engine that does not answer is waited for no longer. */
  readonly signal?: AbortSignal;
  /** Secrets that come up (passwords) are told here, so that no record shows them. */
  readonly onSecret: (secret: string) => void;
}

/** A lab: everything in it is the runner's own, and disposing it leaves nothing. Disposing twice is harmless. */
export interface Lab extends AsyncDisposable {
  readonly postgres: PostgresServer;
  readonly kong: readonly KongNode[];
  /** The upstream that answers every request with what it got; `host` and `port` as Kong reaches it. */
  readonly echo: { readonly host: string; readonly port: number };
  /** The network between Kong and Postgres; absent where the engine has none that could be cut. */
  readonly link?: NetworkLink;
  /**
   * Asks what stands at the runner's end of the lab and is never destroyed. @returns why the runner does not reach it; `undefined` where
   * it does: whatever else does not answer then, does not answer by itself.
   * @throws DrillError `engine` where that has ended.
   */
  whyUnreachable(signal: AbortSignal): Promise<string | undefined>;
  /** Runs a tool against the lab, from where it can reach both Kong and Postgres. */
  tool(call: ToolCall): Promise<CommandResult>;
  /** A command of the user's own, on the runner's machine, with KONG_ADMIN_URL, KONG_PROXY_URL and the variables of decK and Postgres in its environment. */
  command(call: UserCommand): Promise<CommandResult>;
  /**
   * For a person, into a lab that is kept: opened with `mayBeKept` and not disposed, it stays when the runner ends, until `clean`
   * removes it.
   */
  waysIn(): Promise<readonly WayIn[]>;
}

/** How a person looks into a lab. */
export interface WayIn {
  readonly what: string;
  /** An address, a folder, or a command line to type. */
  readonly how: string;
}

export interface NetworkLink {
  /** Postgres runs on, and nobody reaches it any more. */
  cut(signal: AbortSignal): Promise<void>;
  /** On its old address again. */
  mend(signal: AbortSignal): Promise<void>;
}

export interface ToolCall {
  readonly tool: ToolName;
  /** Version of Kong whose `kong` is meant, e.g. to migrate to it; the topology's by default. */
  readonly version?: string;
  /** The arguments, given how the tool sees the lab. */
  readonly args: (seen: SeenByTool) => readonly string[];
  /** Files and folders on the runner's machine that the tool reads; put where it can see them. */
  readonly reads?: readonly string[];
  /** Files and folders on the runner's machine that the tool writes; brought back when it ends. */
  readonly writes?: readonly string[];
  /** A folder among `writes`, there and empty, that is the tool's current one. */
  readonly runsIn?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface SeenByTool {
  /** Where the tool finds a file that was named in `reads` or `writes`. */
  readonly path: (file: string) => string;
  readonly postgres: PostgresConnection;
  /** Admin API of a node (1 by default). */
  readonly adminUrl: (node?: number) => string;
}

export interface UserCommand {
  readonly command: readonly string[];
  readonly cwd: string;
  /** Files for standard input, and for all of standard output; `stdout` of the result is then empty. */
  readonly stdinFile?: string;
  readonly stdoutFile?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

export interface Condition {
  readonly running: boolean;
  readonly frozen: boolean;
}

/** What is so, asked of the engine and by connecting to the component. */
export interface ComponentState extends Condition {
  /** Whether its data (volume, data folder) is still there. */
  readonly dataPresent: boolean;
  /** The same, as a reader can check it; `confirms` is true where it shows that the component is not serving. */
  readonly evidence: readonly Evidence[];
}

interface Component {
  /** Starts it again on the data that it has. @throws DrillError where it does not come up within the limit. */
  start(signal: AbortSignal): Promise<void>;
  stop(signal: AbortSignal): Promise<void>;
  kill(signal: AbortSignal): Promise<void>;
  /** Killed, and its data destroyed. */
  lose(signal: AbortSignal): Promise<void>;
  freeze(signal: AbortSignal): Promise<void>;
  thaw(signal: AbortSignal): Promise<void>;
  /** Asked of the engine alone: a recovery does not wait for the answer of a component that hangs. */
  condition(signal: AbortSignal): Promise<Condition>;
  state(signal: AbortSignal): Promise<ComponentState>;
}

export interface PostgresServer extends Component {
  /** As the runner reaches it, now. */
  readonly connection: PostgresConnection;
  /**
   * A new server under the old name with the old password, and an empty database for Kong in it.
   * With `data`, its data folder is what `copyData` brought (or what a physical backup holds) and it recovers from that; it has
   * left recovery, and takes writes, when this returns.
   * @throws DrillError `component` where it cannot be started on the data, or ends before it has replayed what it was to.
   */
  provision(options: ProvisionPostgres, signal: AbortSignal): Promise<void>;
  /** Copies the whole data folder, while the server runs, into a tar file: the file part of a low-level base backup. */
  copyData(tarFile: string, signal: AbortSignal): Promise<void>;
  /**
   * Overwrites the files of every database that is not the server's own (`postgres`, `template1`) with random bytes, whether it runs or
   * not. One that runs goes on with the pages that it has in memory, but takes no new connection to such a database.
   */
  damageData(signal: AbortSignal): Promise<DataDamage>;
  /** Reads the same files anew from the disk, without asking the server. */
  countPages(signal: AbortSignal): Promise<DataPages>;
  /** Absent unless the lab was opened with `ownDisk`. */
  readonly disk?: DataDisk | undefined;
}

export interface DataDamage {
  readonly files: number;
  readonly bytes: number;
}

/** Pages of tables and indexes; `invalid` are those that no Postgres has written. */
export interface DataPages {
  readonly pages: number;
  readonly invalid: number;
}

/** The disk that the data of the first Postgres lies on; a server that is provisioned later has a new one, which is not small. */
export interface DataDisk {
  /** Leaves no byte free. A server that runs goes on until it needs another page of a table or another segment of its log. */
  fill(signal: AbortSignal): Promise<void>;
  /** Takes away again what filled it. */
  makeRoom(signal: AbortSignal): Promise<void>;
  /** Asked of the disk itself, also while the server is dead. */
  usage(signal: AbortSignal): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }>;
}

export interface ProvisionPostgres {
  /** The network address that it comes back on; `same` for the first. */
  readonly address: 'same' | 'new';
  readonly version?: string;
  readonly data?: PhysicalData;
}

export interface PhysicalData {
  readonly tarFile: string;
  /** Written into the data folder before the start, by path in it: `backup_label`, `pg_wal/…`, `recovery.signal`, … */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** How far the WAL that the lab has archived is replayed on top; absent: it is not. Only in a lab with `walArchive`. */
  readonly replay?: WalTarget;
}

/** How far archived WAL is replayed. */
export type WalTarget =
  | { readonly kind: 'end' }
  | { readonly kind: 'restore-point'; readonly name: string }
  /** In the time of the server that wrote the log. */
  | { readonly kind: 'time'; readonly utc: string };

export interface KongNode extends Component {
  /** `kong-1`, `kong-2`, … */
  readonly name: string;
  /** As the runner reaches them; the same before and after a restart. */
  readonly proxyUrl: string;
  readonly proxyTlsUrl: string;
  readonly adminUrl: string;
  readonly adminHeaders: Readonly<Record<string, string>>;
  /** A node made anew, of this version or the one that the topology names, and started. Returns when its process runs. */
  provision(options: { readonly version?: string }, signal: AbortSignal): Promise<void>;
  /** `kong reload` on this node. */
  reload(signal: AbortSignal): Promise<CommandResult>;
}
