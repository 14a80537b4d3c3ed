/** Commands that read finished logs: what is in them, and what each line was taken for. */
import { type Command, Option } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { FORMS_OPTION, logsIn, rateOf, several, widthOf, withLogs, yearOf } from './program-options.ts';

const SCAN_HELP = `
PATH is a file, a folder, a pattern in quotes, or - for standard input. Without
one, this machine's own login log is read, or its journal. What is compressed
(gzip, zstd, xz, bzip2, lz4) or packed (tar, zip) is read as it is.

Examples:
  slowbrute scan auth.log
  slowbrute scan --all --since 2026-11-01 logs/ old.tar.xz
  slowbrute scan --format html auth.log > report.html
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

const AUDIT_HELP = `
It changes nothing. Without --sshd-config it asks "sshd -T", which needs root.

Examples:
  sudo slowbrute audit /var/log/auth.log*
  slowbrute audit --sshd-config /etc/ssh/sshd_config --openssh 9.2
  sudo slowbrute audit --connection user=root,host=h.example,addr=192.0.2.1

Exit status: 0 when a report was made, 2 for a wrong call, 1 otherwise.
`;

export function logCommands(program: Command, effects: CommandEffects, done: (status: number) => void): void {
  withLogs(
    program
      .command('scan')
      .summary('report the campaigns in login logs')
      .description('Reads login logs and reports coordinated password guessing.')
      .argument('[path...]', 'files, folders, patterns, or - for standard input')
      .addOption(
        new Option('-f, --format <format>', 'for a person or for a program')
          .choices(['text', 'json', 'html'] as const)
          .default('text' as const),
      )
      .option('-a, --all', 'every participant, not just the most active')
      .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on'),
    "(default: UTC;\nthis machine's own for its own logs)",
  )
    .option('--picture', 'draw campaigns also where there is no terminal')
    .option('--no-picture', 'draw none')
    .option('--show-names', 'in HTML: also names that could be passwords')
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
            ...logsIn(options),
            ...(options.picture === undefined ? {} : { picture: options.picture }),
            showNames: options.showNames ?? false,
            width: options.width ?? null,
            falseCampaignsPerYear: options.falseCampaignsPerYear ?? null,
          },
          effects,
        ),
      );
    });

  withLogs(
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
      .option('--false-campaigns-per-year <number>', 'how many to accept (default: 0.5)', rateOf),
    "(default: UTC; this machine's own for its own logs)",
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
            ...logsIn(options),
            falseCampaignsPerYear: options.falseCampaignsPerYear ?? null,
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

  withLogs(
    program
      .command('audit')
      .summary('what would make guessing at this sshd pointless')
      .description("Holds sshd's settings against what was tried, and says what would help most.")
      .argument('[log...]', 'files, folders, patterns, or - for standard input')
      .addOption(
        new Option('-f, --format <format>', 'for a person or for a program')
          .choices(['text', 'json'] as const)
          .default('text' as const),
      )
      .option('--sshd-config <file>', 'an sshd_config, or what sshd -T printed')
      .option('--openssh <release>', 'with --sshd-config: its release, e.g. 9.2')
      .option('--sshd <path>', 'the program to ask')
      .option('--connection <spec>', 'whose settings: user=..,host=..,addr=.. (Match blocks)')
      .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on'),
  )
    .option('--width <columns>', 'columns of the text', widthOf)
    .addHelpText('after', AUDIT_HELP)
    .action(async (paths, options) => {
      const { audit } = await import('./audit.ts');
      done(
        await audit(
          paths,
          {
            format: options.format,
            sshdConfig: options.sshdConfig ?? null,
            sshd: options.sshd ?? null,
            connection: options.connection ?? null,
            openssh: options.openssh ?? null,
            ...logsIn(options),
            width: options.width ?? null,
          },
          effects,
        ),
      );
    });
}
