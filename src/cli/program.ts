/**
 * The command line: which commands there are, their options, and what becomes of an error. Each command is loaded
 * when it is called and not before.
 *
 * Exit status: 0 where a report could be made, 2 for a wrong call, 1 otherwise.
 */
import { Command, CommanderError } from '@commander-js/extra-typings';
import { version } from '../built/parts.ts';
import { Trouble } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { EXIT_STATUS } from './exit-status.ts';
import { exchangeCommands } from './program-exchange.ts';
import { fleetCommands } from './program-fleet.ts';
import { logCommands } from './program-logs.ts';
import { lookCommands } from './program-look.ts';
import { measureCommands } from './program-measure.ts';
import { respondCommands } from './program-respond.ts';
import { serveCommands } from './program-serve.ts';
import { shellCommands } from './program-shell.ts';
import { watchCommands } from './program-watch.ts';
import { writeTrouble } from './write.ts';

const EXAMPLES = `
Examples:
  slowbrute scan                        this machine's own login log
  slowbrute scan /var/log/auth.log*     a log and its rotated pieces
  slowbrute scan --follow-rotations /var/log/auth.log
  slowbrute scan --since 14d --format json /var/log > report.json
  slowbrute replay auth.log             what would have been said, and when
  slowbrute check --explain auth.log    what each line was taken for
  slowbrute watch                       keep watch; status, history, explain and
                                        block ask the daemon that does
`;

/** Runs one command line (without `node` and the script) and resolves with the exit status. Never rejects. */
export async function run(argv: readonly string[], effects: CommandEffects): Promise<number> {
  let status = 0;
  const program = commandLine(effects, (result) => {
    status = result;
  });
  try {
    if (argv.length === 0) {
      effects.stderr.write(program.helpInformation());
      return 2;
    }
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return report(error, effects);
  }
}

/** All commands with their options; what is called says its exit status to `done`. Nothing is run by making it. */
export function commandLine(effects: CommandEffects, done: (status: number) => void) {
  const program = new Command('slowbrute')
    .description('Finds distributed, slow, coordinated password guessing in login logs.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      writeOut: (text) => void effects.stdout.write(text),
      writeErr: () => {}, // the error itself says it, see `report`
      getOutHelpWidth: () => 80,
      getErrHelpWidth: () => 80,
    })
    .addHelpText('after', EXAMPLES);

  logCommands(program, effects, done);
  lookCommands(program, effects, done);
  measureCommands(program, effects, done);
  watchCommands(program, effects, done);
  fleetCommands(program, effects, done);
  exchangeCommands(program, effects, done);
  respondCommands(program, effects, done);
  serveCommands(program, effects, done);
  shellCommands(program, effects, done);
  return program;
}

/** What became of the call: its exit status, after the two lines about it were written. */
function report(error: unknown, effects: CommandEffects): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0; // help and version
    const [message = '', ...suggestion] = error.message.replace(/^error: /, '').split('\n');
    const hint = suggestion.join(' ').replace(/^\((.*)\)$/, '$1');
    writeTrouble(effects.stderr, { message, remedy: hint || 'See: slowbrute --help' });
    return 2;
  }
  if (error instanceof Trouble) {
    writeTrouble(effects.stderr, error);
    return EXIT_STATUS[error.code] ?? 1;
  }
  const isDebug = effects.environment.SLOWBRUTE_DEBUG === '1';
  const what = error instanceof Error ? error : new Error(String(error));
  writeTrouble(effects.stderr, {
    message: `this is a bug: ${what.message}`,
    remedy: 'Please report it with the command; SLOWBRUTE_DEBUG=1 prints where it happened.',
  });
  if (isDebug) effects.stderr.write(`${what.stack ?? ''}\n`);
  return 1;
}
