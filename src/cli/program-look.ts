/** Commands that show or hand on what was found elsewhere than in a report: exports, and a live view. */
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { EXPORT_FORMATS, TRAFFIC_LIGHTS } from '../show/export/format.ts';
import type { CommandEffects } from './effects.ts';
import { logsIn, placesIn, rateOf, several, wholeNumber, withLogs, withPlaces } from './program-options.ts';

const EXPORT_HELP = `
stix          STIX 2.1 bundle           csv, json  rows with dates and networks
misp          MISP event                text       addresses, one a line
crowdsec      cscli decisions import    xarf       X-ARF abuse reports
crowdsec-csv  the same as CSV           abuse      letters, one a network

A name that could be a mistyped password (an unknown user that one source alone
has tried) is left out unless --show-names asks for it.

Examples:
  slowbrute export -f stix auth.log > bundle.json
  slowbrute export -f crowdsec auth.log -o decisions.json
  slowbrute export -f abuse --campaign c1 --email abuse@host.example auth.log
  slowbrute export -f text | ipset-update      of what the daemon remembers

Exit status: 0 when something could be read, 2 for a wrong call, 1 otherwise.
`;

const TOP_HELP = `
Keys: q quits, p pauses, tab and the arrows change the order of the campaigns.
Without a terminal it prints once.

Exit status: 0; 69 when there is neither a daemon nor a history.
`;

export function lookCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  topCommand(program, effects, done);
  withLogs(
    withPlaces(
      program
        .command('export')
        .summary('hand campaigns and participants on')
        .description('Writes participants and their campaigns for other programs and people.')
        .argument('[path...]', 'logs (default: the history of this machine)'),
    )
      .addOption(
        new Option('-f, --format <format>', 'see below').choices(EXPORT_FORMATS).makeOptionMandatory(),
      )
      .option('-c, --campaign <id>', 'only this one (default: all)')
      .option('--confidence <share>', 'participants from so sure on', shareOf, 0.9)
      .option('--show-names', 'also names that could be passwords')
      .option('--organisation <name>', 'who answers for it')
      .option('--email <address>', 'where questions about it are answered')
      .addOption(new Option('--tlp <colour>', 'who may read it (default: amber)').choices(TRAFFIC_LIGHTS))
      .option('--hours <number>', 'of decisions: for how long', wholeNumber, 336)
      .option('--places <file>', "where addresses are: .mmdb or tor's geoip", several)
      .option('-o, --output <file>', 'write it there')
      .option('--follow-rotations', 'with auth.log, auth.log.1, auth.log.2.gz and so on'),
  )
    .option('--false-campaigns-per-year <number>', 'as for scan', rateOf)
    .addHelpText('after', EXPORT_HELP)
    .action(async (paths, options) => {
      const { exportCommand } = await import('./export.ts');
      done(
        await exportCommand(
          {
            ...placesIn(options),
            paths,
            format: options.format,
            campaign: options.campaign ?? null,
            confidence: options.confidence,
            showNames: options.showNames ?? false,
            organisation: options.organisation ?? null,
            email: options.email ?? null,
            tlp: options.tlp ?? null,
            hours: options.hours,
            places: options.places ?? [],
            output: options.output ?? null,
            ...logsIn(options),
            falseCampaignsPerYear: options.falseCampaignsPerYear ?? null,
          },
          effects,
        ),
      );
    });
}

function topCommand(program: Command, effects: CommandEffects, done: (status: number) => void): void {
  withPlaces(
    program
      .command('top')
      .summary('a live view of what the daemon sees')
      .description('Shows state, campaigns and the last attempts, drawn anew as they come.'),
  )
    .option('--every <seconds>', 'how often it looks', wholeNumber, 1)
    .option('--once', 'print it once')
    .option('--show-names', 'also names that could be passwords')
    .addHelpText('after', TOP_HELP)
    .action(async (options) => {
      const { top } = await import('./top.ts');
      done(
        await top(
          {
            ...placesIn(options),
            every: Math.max(1, options.every),
            once: options.once ?? false,
            showNames: options.showNames ?? false,
          },
          effects,
        ),
      );
    });
}

function shareOf(text: string): number {
  const share = Number(text);
  if (!/^\d(\.\d{1,9})?$/.test(text) || share > 1)
    throw new InvalidArgumentError('It is a number from 0 to 1, as 0.9.');
  return share;
}
