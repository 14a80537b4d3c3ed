/**
 * The command line: which commands there are, their options, and what becomes of an error. Each command is loaded
 * when it is called and not before.
 *
 * Exit status: 0 where a report could be made, 2 for a wrong call, 1 otherwise.
 */
import {
  Command,
  CommanderError,
  InvalidArgumentError,
  Option,
  type OptionValues,
} from '@commander-js/extra-typings';
import { Trouble, type TroubleCode } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { version } from './version.ts';
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

const AUDIT_HELP = `
It changes nothing. Without --sshd-config it asks "sshd -T", which needs root.

Examples:
  sudo slowbrute audit /var/log/auth.log*
  slowbrute audit --sshd-config /etc/ssh/sshd_config --openssh 9.2
  sudo slowbrute audit --connection user=root,host=h.example,addr=192.0.2.1

Exit status: 0 when a report was made, 2 for a wrong call, 1 otherwise.
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

const BLOCK_HELP = `
list      blocks that stand, and how each firewall does
plan      what would change in each firewall now
add       keep a target out; remove lets it in again
allow     never block a target; disallow takes it off that list
cost      whom blocking at the first unknown user would have hit in the history
flush     end every block and leave nothing in any firewall, as --flush

Examples:
  slowbrute block
  slowbrute block add 203.0.113.9 --for 2d --why 'guesses at the web mail'
  slowbrute block allow 192.0.2.0/24
  slowbrute block --flush
`;

const RESPONDER_HELP = `
It blocks with what [block] of its configuration names (default: nftables).
The daemon runs without rights and has: with = ["responder"] (docs/blocking.md).
`;

const CONFIG_HELP = `
check    says whether it is right; exit status 78 where it is not
show     prints it with the default of everything that it does not say
example  prints one to begin with
schema   prints its JSON Schema, for an editor

Examples:
  slowbrute config example > /etc/slowbrute/slowbrute.toml
  slowbrute config check
`;

const USUAL_CONFIGURATION = '/etc/slowbrute/slowbrute.toml';
const HISTORY_KINDS = ['attempts', 'sources', 'campaigns', 'blocks', 'size'] as const;
const CONFIG_VERBS = ['check', 'show', 'example', 'schema'] as const;
const BLOCK_VERBS = ['list', 'plan', 'add', 'remove', 'allow', 'disallow', 'cost', 'flush'] as const;

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
    .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on')
    .option('--fields <names>', 'fields of JSON and CSV: time=ts,message=msg,..')
    .option('--forms <path>', FORMS_OPTION, several)
    .option('--since <time>', 'from this date, time or span back from now (14d)')
    .option('--until <time>', 'up to this date, time or span back from now')
    .option('--year <year>', 'year of the first line, where lines have none', yearOf)
    .option('--timezone <zone>', 'zone of times that name none (default: UTC)')
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
            followRotations: options.followRotations ?? false,
            fields: options.fields ?? null,
            forms: options.forms ?? [],
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
      new Option('--engine <engine>', 'what keeps the history').choices([
        'auto',
        'duckdb',
        'sqlite',
        'file',
        'memory',
      ] as const),
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

  withPlaces(
    program
      .command('block')
      .summary('what is blocked; block, unblock and allow by hand')
      .description('Shows and changes what is kept out. Without a verb it lists the blocks.')
      .argument('[verb]', BLOCK_VERBS.join(', '), oneOf(BLOCK_VERBS))
      .argument('[target]', 'an address or a network'),
  )
    .option('--for <span>', 'of add: how long, 90m, 36h, 2d or ever', '1d')
    .option('--why <text>', 'of add: for those who ask later', 'by hand')
    .option('--even-people', 'of add: also where people have logged in from')
    .option('--flush', 'end every block and leave nothing in any firewall')
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', BLOCK_HELP)
    .action(async (verb, target, options) => {
      const block = await import('./block.ts');
      const call = { ...placesIn(options), format: options.format };
      if (options.flush === true || verb === 'flush') return done(await block.blockFlush(call, effects));
      const needed = (): string => {
        if (target !== undefined) return target;
        throw new Trouble(
          'wrong-call',
          `block ${verb}: no target is named`,
          `slowbrute block ${verb} 203.0.113.9`,
        );
      };
      switch (verb) {
        case undefined:
        case 'list':
          return done(await block.blockList(call, effects));
        case 'plan':
          return done(await block.blockPlan(call, effects));
        case 'cost':
          return done(await block.blockCost(call, effects));
        case 'add': {
          const { for: span, why, evenPeople } = options;
          const add = { ...call, for: span, why, evenPeople: evenPeople ?? false };
          return done(await block.blockAdd(needed(), add, effects));
        }
        case 'remove':
          return done(await block.blockRemove(needed(), call, effects));
        case 'allow':
        case 'disallow':
          return done(await block.blockAllow(verb, needed(), call, effects));
      }
    });

  program
    .command('responder')
    .summary('the part with the rights to change a firewall, as its own process')
    .description('Listens for changes of what is blocked and applies them, and does nothing else.')
    .option('--config <file>', `configuration (default: ${USUAL_CONFIGURATION})`)
    .option('--socket <path>', 'where it listens')
    .addHelpText('after', RESPONDER_HELP)
    .action(async (options) => {
      const { responder } = await import('./responder.ts');
      done(await responder({ config: options.config ?? null, socket: options.socket ?? null }, effects));
    });

  program
    .command('config')
    .summary('check, show or begin a configuration')
    .description('Says whether a configuration is right, and what it means.')
    .argument('<verb>', CONFIG_VERBS.join(', '), oneOf(CONFIG_VERBS))
    .argument('[file]', `default: ${USUAL_CONFIGURATION}`)
    .addHelpText('after', CONFIG_HELP)
    .action(async (verb, file) => {
      const { config } = await import('./config.ts');
      done(await config(verb, file ?? null, effects));
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

/** Beyond 1: a wrong call, and of sysexits.h what a service manager can act on. */
const EXIT_STATUS: Partial<Record<TroubleCode, number>> = {
  'wrong-call': 2,
  'not-running': 69, // EX_UNAVAILABLE
  'firewall-failed': 69,
  'not-writable': 73, // EX_CANTCREAT
  'store-full': 74, // EX_IOERR
  'store-corrupt': 74,
  'store-busy': 75, // EX_TEMPFAIL
  'no-rights': 77, // EX_NOPERM
  'bad-config': 78, // EX_CONFIG
  'store-newer': 78,
};

/** Options that say which daemon is meant. */
function withPlaces<A extends unknown[], O extends OptionValues>(command: Command<A, O>) {
  return command
    .option('--config <file>', `configuration (default: ${USUAL_CONFIGURATION})`)
    .option('--state <folder>', 'where it keeps its history')
    .option('--socket <path>', 'the Unix socket on which it answers');
}

function placesIn(options: {
  config?: string | undefined;
  state?: string | undefined;
  socket?: string | undefined;
}) {
  return { config: options.config ?? null, state: options.state ?? null, socket: options.socket ?? null };
}

/** A word that is one of these. */
function oneOf<T extends string>(words: readonly T[]) {
  return (text: string): T => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw new InvalidArgumentError(`It is one of ${words.join(', ')}.`);
    return word;
  };
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
