#!/usr/bin/env node
import { health, migrations, reload, start, stop } from './commands.js';
import { messageOf } from './log.js';
import { readSettings } from './settings.js';

const usage = `Usage: kong COMMAND (stand-in for Kong Gateway; configured by KONG_* variables)

 start             run in the foreground (also: docker-start)
 reload            make new workers, in a running Kong
 stop, quit        stop a running Kong, quit gracefully
 health            is it running?
 version           print the version
 migrations        bootstrap | up | finish | list | status | reset --yes
`;

async function main([command = '', ...args]: string[]): Promise<number> {
  const settings = readSettings(process.env);
  switch (command) {
    case 'start':
    case 'docker-start':
      return start(settings);
    case 'reload':
      return reload(settings);
    case 'stop':
      return stop(settings, 'SIGTERM');
    case 'quit':
      return stop(settings, 'SIGQUIT');
    case 'health':
      return health(settings);
    case 'version':
      process.stdout.write(`${settings.version}\n`);
      return 0;
    case 'migrations':
      return migrations(settings, args[0] ?? '', args.includes('-y') || args.includes('--yes'));
    default:
      process.stderr.write(usage);
      return 1;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    // A pool of connections must not keep a stopped Kong alive.
    process.exit(code);
  },
  (error: unknown) => {
    process.stderr.write(
      `Error: ${messageOf(error)}\n\n  Run with --v (verbose) or --vv (debug) for more details\n`,
    );
    process.exitCode = 1;
  },
);
