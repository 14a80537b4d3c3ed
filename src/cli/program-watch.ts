/** The daemon's command, and those that ask it: how it is, what it remembers, why. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { isClickHouseUrl } from '../store/history/clickhouse/url.ts';
import type { EngineName } from '../store/history/open.ts';
import type { CommandEffects } from './effects.ts';
import { oneOf, placesIn, wholeNumber, widthOf, withPlaces } from './program-options.ts';

const HISTORY_KINDS = ['attempts', 'sources', 'campaigns', 'blocks', 'size'] as const;

const ENGINES = ['auto', 'duckdb', 'sqlite', 'file', 'memory'] as const;

const WATCH_HELP = `
Signals: TERM and INT stop it, twice at once; HUP reads the configuration again;
USR1 writes a snapshot. "slowbrute config example" prints a configuration.

Examples:
  slowbrute watch                       this machine's own login log, a dry run
  slowbrute watch --config /etc/slowbrute/slowbrute.toml
  slowbrute watch --state /tmp/try --once auth.log

Exit status: 0 stopped; 2 wrong call; 69 something that it needs is not there;
73, 74 its state cannot be written; 75 another one is at work; 77 no rights;
78 a wrong configuration.
`;

const HISTORY_HELP = `
Examples:
  slowbrute history --source 203.0.113.9 --lines
  slowbrute history campaigns --since 30d
  slowbrute history sources --user alias --format csv > alias.csv
  slowbrute history blocks --standing
`;

export function watchCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  withPlaces(
    program
      .command('watch')
      .summary('keep watch: follow logs, remember, tell, keep them out')
      .description(
        'Follows login logs and judges each attempt as it comes. Without a\nconfiguration it blocks nothing and says what it would.',
      )
      .argument('[path...]', 'logs to follow, - for standard input (default: configuration)'),
  )
    .option('--dry-run', 'block nothing, whatever the configuration says')
    .option('--once', 'end when all there is has been read')
    .addOption(
      new Option('--begin <where>', 'where a log begins that was never read')
        .choices(['oldest', 'end'] as const)
        .default('oldest' as const),
    )
    .addOption(
      new Option(
        '--engine <engine>',
        'what keeps the history: auto, duckdb, sqlite, file, memory, or the URL of a ClickHouse',
      ).argParser(Object.assign(engineOf, { words: ENGINES })),
    )
    .addHelpText('after', WATCH_HELP)
    .action(async (paths, options) => {
      const { watch } = await import('./watch.ts');
      done(
        await watch(
          {
            ...placesIn(options),
            paths,
            dryRun: options.dryRun ?? false,
            once: options.once ?? false,
            begin: options.begin,
            engine: options.engine ?? null,
          },
          effects,
        ),
      );
    });

  withPlaces(
    program
      .command('status')
      .summary('how the daemon is')
      .description('Asks the daemon on this machine how it is.'),
  )
    .addOption(
      new Option('-f, --format <format>', 'for a person, a program, or Prometheus')
        .choices(['text', 'json', 'metrics'] as const)
        .default('text' as const),
    )
    .addHelpText(
      'after',
      '\nExit status: 0 when it keeps watch, 1 when something does not work, 69 when\nno daemon answers.\n',
    )
    .action(async (options) => {
      const { status } = await import('./status.ts');
      done(await status({ ...placesIn(options), format: options.format }, effects));
    });

  withPlaces(
    program
      .command('history')
      .summary('what the daemon remembers')
      .description('Prints attempts, sources, campaigns or blocks that the daemon remembers.')
      .argument('[what]', `${HISTORY_KINDS.join(', ')} (default: attempts)`, oneOf(HISTORY_KINDS)),
  )
    .option('--source <source>', 'of this address or host name')
    .option('--network <network>', 'of sources in this network')
    .option('--user <name>', 'for this user')
    .option('--campaign <id>', 'of participants of this campaign')
    .option('--sensor <name>', 'on this host')
    .option('--service <name>', 'at this service')
    .addOption(new Option('--outcome <outcome>', 'only these').choices(['failure', 'success'] as const))
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--timezone <zone>', 'zone of these times (default: UTC)')
    .option('--standing', 'of blocks: only those that stand')
    .option('--lines', "with the log's own lines")
    .option('--limit <number>', 'so many at most; 0: all (default: 200 in a table)', wholeNumber)
    .addOption(
      new Option('-f, --format <format>', 'for a person, a program, a spreadsheet')
        .choices(['text', 'json', 'csv'] as const)
        .default('text' as const),
    )
    .addHelpText('after', HISTORY_HELP)
    .action(async (what, options) => {
      const { history } = await import('./history.ts');
      done(
        await history(
          what ?? 'attempts',
          {
            ...placesIn(options),
            source: options.source ?? null,
            network: options.network ?? null,
            user: options.user ?? null,
            campaign: options.campaign ?? null,
            sensor: options.sensor ?? null,
            service: options.service ?? null,
            outcome: options.outcome ?? null,
            since: options.since ?? null,
            until: options.until ?? null,
            timezone: options.timezone ?? null,
            standing: options.standing ?? false,
            lines: options.lines ?? false,
            limit: options.limit ?? null,
            format: options.format,
          },
          effects,
        ),
      );
    });

  withPlaces(
    program
      .command('explain')
      .summary('why a source is blocked, what a campaign is')
      .description('Shows what the history knows: the evidence, the lines, the block and its end.')
      .argument('<what>', 'a source, or a campaign such as c1'),
  )
    .option('-a, --all', 'every name, line and participant')
    .option('--width <columns>', 'columns of the text', widthOf)
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .action(async (what, options) => {
      const { explain } = await import('./explain.ts');
      const { all, width, format } = options;
      done(
        await explain(
          what,
          { ...placesIn(options), all: all ?? false, width: width ?? null, format },
          effects,
        ),
      );
    });
}

function engineOf(text: string): EngineName {
  if (isClickHouseUrl(text)) return text;
  const engine = ENGINES.find((each) => each === text);
  if (engine === undefined)
    throw new InvalidArgumentError(
      `It is one of ${ENGINES.join(', ')}, or clickhouse://USER@HOST:8123/DATABASE.`,
    );
  return engine;
}
