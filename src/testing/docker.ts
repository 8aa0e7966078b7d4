/** Docker as live tests ask it: through its own command line, not through what is tested. */
import { runCommand } from '../system/command.js';
import { environment } from '../system/environment.js';

/** Why containers cannot be tried here; `undefined` where they can. Under CI they must be. */
export async function dockerMissing(): Promise<string | undefined> {
  if (environment().CI) return undefined;
  const answer = await runCommand(['docker', 'version', '--format', '{{.Server.Version}}']);
  return answer.ok ? undefined : 'no Docker engine answers here';
}

/** Containers, networks and volumes that carry a label, each as `kind name`. */
export async function labelled(label: string): Promise<readonly string[]> {
  const filter = ['--filter', `label=${label}`];
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['container', ['ps', '--all', ...filter, '--format', '{{.Names}}']],
    ['network', ['network', 'ls', ...filter, '--format', '{{.Name}}']],
    ['volume', ['volume', 'ls', ...filter, '--format', '{{.Name}}']],
  ];
  const found = await Promise.all(
    lists.map(async ([kind, args]) => lines(await docker(args)).map((name) => `${kind} ${name}`)),
  );
  return found.flat();
}

/** Runs a docker command. @returns its output. @throws where it fails. */
export async function docker(args: readonly string[]): Promise<string> {
  const answer = await runCommand(['docker', ...args], { limitMs: 60_000 });
  if (!answer.ok) throw new Error(`docker ${args.join(' ')}: ${answer.failure}: ${answer.stderr}`);
  return answer.stdout;
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}
