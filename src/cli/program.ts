/**
 * The command line: which commands there are, their options, and what becomes of an error. Each command is loaded
 * when it is called and not before.
 *
 * Exit status: 0 where a report could be made, 2 for a wrong call, 1 otherwise.
 */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { Trouble } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { writeTrouble } from './write.ts';

const EXAMPLES = `
Examples:
  slowbrute scan                        this machine's own login log
  slowbrute scan /var/log/auth.log*     a log and its rotated pieces
  slowbrute scan --follow-rotations /var/log/auth.log
  slowbrute scan --since 14d --format json /var/log > report.json
  slowbrute replay auth.log             what would have been said, and when
  slowbrute check --explain auth.log    what each line was taken for
`;

const SCAN_HELP = `
PATH is a file, a folder, a pattern in quotes, or - for standard input. Without
one, this machine's own login log is read, or its journal. What is compressed
(gzip, zstd, xz, bzip2, lz4) or packed (tar, zip) is read as it is.

Examples:
  slowbrute scan auth.log
  slowbrute scan --all --since 2026-11-01 logs/ old.tar.xz
  slowbrute scan --year 2008 --timezone Europe/Oslo old/authlog.gz

Exit status: 0 when a report was made, 2 for a wrong call, 1 otherwise.
`;

const REPLAY_HELP = `
The log is read as by scan. With --format json each event is a line of its own
as it comes, and the last line is a summary (docs/replay.md).

Examples:
  slowbrute replay /var/log/auth.log*
  slowbrute replay --every --since 14d auth.log
  slowbrute replay --closed --false-campaigns-per-year 0.1 auth.log

Exit status: 0 when the log was replayed, 2 for a wrong call, 1 otherwise.
`;

const CHECK_HELP = `
Examples:
  slowbrute check auth.log | jq 'select(.event.outcome == "success")'
  grep 203.0.113.9 auth.log | slowbrute check --explain
  slowbrute check --unread /var/log/mail.log
  slowbrute check --draft 'Feb  3 04:05:06 h appd: bad login x from 192.0.2.1'
  slowbrute check --forms mine.toml        are these forms as they must be?
`;

const SIMULATE_HELP = `
Examples:
  slowbrute simulate --list
  slowbrute simulate --like rosalita --out rosalita.log.gz
  slowbrute simulate --like rosalita --seed 7 | slowbrute scan -
`;

const EVALUATE_HELP = `
Examples:
  slowbrute evaluate root-alone two-campaigns --seeds 5
  slowbrute evaluate --live --only alarms,waves
  slowbrute evaluate --peers --pictures pictures/
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

function commandLine(effects: CommandEffects, done: (status: number) => void) {
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

  program
    .command('scan')
    .summary('report the campaigns in login logs')
    .description('Reads login logs and reports coordinated password guessing.')
    .argument('[path...]', 'files, folders, patterns, or - for standard input')
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .option('-a, --all', 'every participant, not just the most active')
    .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on')
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option(
      '--timezone <zone>',
      "zone of times that name none (default: UTC;\nthis machine's own for its own logs)",
    )
    .option('--width <columns>', 'columns of the text report', widthOf)
    .option(
      '--false-campaigns-per-year <number>',
      'how many to accept in a year of the log\n(default: 0.001 in the whole log)',
      rateOf,
    )
    .addHelpText('after', SCAN_HELP)
    .action(async (paths, options) => {
      const { scan } = await import('./scan.ts');
      done(
        await scan(
          paths,
          {
            format: options.format,
            all: options.all ?? false,
            followRotations: options.followRotations ?? false,
            fields: options.fields ?? null,
            forms: options.forms ?? [],
            since: options.since ?? null,
            until: options.until ?? null,
            year: options.year ?? null,
            timezone: options.timezone ?? null,
            width: options.width ?? null,
            falseCampaignsPerYear: options.falseCampaignsPerYear ?? null,
          },
          effects,
        ),
      );
    });

  program
    .command('replay')
    .summary('run a log through live detection as if it happened now')
    .description('Prints when each campaign would have been seen, and what blocking would have\nprevented.')
    .argument('[path...]', 'files, folders, patterns, or - for standard input')
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .option('-e, --every', 'each source as it is named, not how many an hour or day')
    .option('--closed', 'keep attempts of named sources from it, as a block would')
    .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on')
    .option('--false-campaigns-per-year <number>', 'how many to accept (default: 0.5)', rateOf)
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option(
      '--timezone <zone>',
      "zone of times that name none (default: UTC; this machine's own for its own logs)",
    )
    .option('--width <columns>', 'columns of the text', widthOf)
    .addHelpText('after', REPLAY_HELP)
    .action(async (paths, options) => {
      const { replay } = await import('./replay.ts');
      done(
        await replay(
          paths,
          {
            format: options.format,
            every: options.every ?? false,
            closed: options.closed ?? false,
            followRotations: options.followRotations ?? false,
            fields: options.fields ?? null,
            forms: options.forms ?? [],
            falseCampaignsPerYear: options.falseCampaignsPerYear ?? null,
            since: options.since ?? null,
            until: options.until ?? null,
            year: options.year ?? null,
            timezone: options.timezone ?? null,
            width: options.width ?? null,
          },
          effects,
        ),
      );
    });

  program
    .command('check')
    .summary('show what each line of a log was taken for')
    .description('Prints what the parser sees in log lines, one JSON object a line.')
    .argument('[path...]', 'files, folders, patterns (default: standard input)')
    .option('-e, --explain', 'for a person: rule, fields, and where they stand')
    .option('-u, --unread', 'only what no form understood, grouped')
    .option('--draft <line>', 'print the beginning of a form for this line')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option('--timezone <zone>', 'zone of times that name none (default: UTC)')
    .addHelpText('after', CHECK_HELP)
    .action(async (paths, options) => {
      const { check } = await import('./check.ts');
      done(
        await check(
          {
            paths,
            explain: options.explain ?? false,
            unread: options.unread ?? false,
            draft: options.draft ?? null,
            forms: options.forms ?? [],
            fields: options.fields ?? null,
            timezone: options.timezone ?? null,
            year: options.year ?? null,
          },
          effects,
        ),
      );
    });

  program
    .command('simulate')
    .summary('write labelled logs')
    .description('Writes a log of a known scenario, and the truth about it as JSON beside it.')
    .option('--like <name>', 'a standard scenario, e.g. rosalita')
    .option('--scenario <file>', 'a scenario of your own, JSON')
    .option('--list', 'print the standard scenarios')
    .option('--seed <number>', 'another seed, another log (default: 1)', wholeNumber)
    .option('--style <style>', 'the system whose log it looks like')
    .option('--out <path>', 'a file (.gz: compressed), a folder, or - (default)')
    .option('--truth <file>', 'where the truth goes (default: beside the log)')
    .addHelpText('after', SIMULATE_HELP)
    .action(async (options) => {
      const { simulateCommand } = await import('./simulate.ts');
      done(await simulateCommand(options, effects));
    });

  program
    .command('evaluate')
    .summary('measure the detector on labelled logs')
    .description('Runs the detector and others over labelled logs and prints how well they did.')
    .argument('[scenario...]', 'standard scenarios (default: all)')
    .option('--seeds <number>', 'logs of each scenario (default: 20)', wholeNumber)
    .option('--first-seed <number>', 'the first of them', wholeNumber)
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .option('--real <folder>', 'real logs with a campaigns.json instead')
    .option('--live', 'what live detection must reach, each figure beside its bar')
    .option('--only <measures>', 'with --live: some of it, e.g. alarms,waves')
    .option('--site-years <number>', 'with --live: years without a campaign', wholeNumber)
    .option('--false-campaigns-per-year <number>', 'with --live: stated in those years', rateOf)
    .option('--threads <number>', 'with --live (default: as many as cores)', wholeNumber)
    .option('--peers', 'fail2ban, sshguard, CrowdSec and rules of papers on the same logs')
    .option('--programs <folder>', 'with --peers: where those programs are unpacked')
    .option('--pictures <folder>', 'with --live or --peers: draw into this folder')
    .option('--fetch', 'with --peers: get them from this Debian, installing nothing')
    .addHelpText('after', EVALUATE_HELP)
    .action(async (scenarios, options) => {
      const { evaluate } = await import('./evaluate.ts');
      done(await evaluate({ ...options, scenarios }, effects));
    });

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
    return error.code === 'wrong-call' ? 2 : 1;
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

function version(): string {
  const path = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

const FORMS_OPTION = 'forms of your own, a file or a folder (repeatable)';

/** An option that may be given more than once. */
function several(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
}

function rateOf(text: string): number {
  if (!/^\d{1,3}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('It is a number such as 0.5.');
  return Number(text);
}

function yearOf(text: string): number {
  const year = Number(text);
  if (!/^\d{4}$/.test(text) || year < 1970) throw new InvalidArgumentError('It has four digits, as 2008.');
  return year;
}

function widthOf(text: string): number {
  const width = Number(text);
  if (!/^\d{1,4}$/.test(text) || width < 40) throw new InvalidArgumentError('It is a number from 40 up.');
  return width;
}
