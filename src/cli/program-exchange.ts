/** Commands of the exchange between sites that share no logs. */
import { type Command, Option } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { oneOf, placesIn, withPlaces } from './program-options.ts';

const EXCHANGE_HELP = `
Who tells: only sources of campaigns, from none of which anybody has ever logged
in, as keyed hashes; no name of a user. See docs/exchange.md.

Examples:
  slowbrute exchange keys --new-group friends
  slowbrute exchange peers add north --key KEY --group friends --weight 0.9
  slowbrute exchange export --group friends --output ours.json
  slowbrute exchange import theirs.json
  slowbrute exchange check 203.0.113.9
`;

const VERBS = ['list', 'add', 'remove'] as const;

export function exchangeCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  const exchange = program
    .command('exchange')
    .summary('tell other sites who attacks, and hear it from them')
    .description('Exchanges participants with sites that share no logs.')
    .addHelpText('after', EXCHANGE_HELP);

  withPlaces(
    exchange
      .command('keys')
      .description('Prints the key of this site, which peers need, and the groups it is in.'),
  )
    .option('--new-group <name>', 'make a group, and print its key, which its sites share')
    .option('--join <name>', 'join a group whose key comes on standard input')
    .action(async (options) => {
      const { exchangeKeys } = await import('./exchange.ts');
      const { newGroup = null, join = null } = options;
      done(await exchangeKeys({ ...placesIn(options), newGroup, join }, effects));
    });

  withPlaces(
    exchange
      .command('peers')
      .description('Lists, adds, changes and removes those who are heard.')
      .argument('[verb]', 'list, add or remove (default: list)', oneOf(VERBS))
      .argument('[name]', 'of the peer'),
  )
    .option('--key <key>', 'its site key, as it prints by exchange keys')
    .option('--group <name>', 'the group that it shares')
    .option('--weight <probability>', 'how likely what it tells is so, 0 to 1 (default: 0.8)', Number, 0.8)
    .option('--alone', 'its word alone may block')
    .addOption(formatOption())
    .action(async (verb, name, options) => {
      const { exchangePeers } = await import('./exchange.ts');
      const { key = null, group = null, weight, alone = false, format } = options;
      done(
        await exchangePeers(
          verb ?? 'list',
          name ?? null,
          { ...placesIn(options), key, group, weight, alone, format },
          effects,
        ),
      );
    });

  withPlaces(exchange.command('export').description('Writes what this site tells, signed.'))
    .requiredOption('--group <name>', 'whom it is for')
    .option('--confidence <probability>', 'sources from so sure on (default: 0.95)', Number, 0.95)
    .option('--since <span>', 'campaigns that went on since then (default: 30d)', '30d')
    .option('--for <span>', 'how long it holds (default: 7d; 30d at most)', '7d')
    .option('--output <file>', 'where to (default: standard output)')
    .action(async (options) => {
      const { exchangeExport } = await import('./exchange.ts');
      const { group, confidence, since, for: life, output = null } = options;
      done(await exchangeExport({ ...placesIn(options), group, confidence, since, life, output }, effects));
    });

  withPlaces(
    exchange
      .command('import')
      .description('Takes what a peer tells, if it is genuine, new and not over.')
      .argument('<file>', 'the document, - for standard input'),
  )
    .addOption(formatOption())
    .action(async (path, options) => {
      const { exchangeImport } = await import('./exchange.ts');
      done(await exchangeImport(path, { ...placesIn(options), format: options.format }, effects));
    });

  withPlaces(
    exchange.command('check').description('What peers say of sources.').argument('<source...>', 'addresses'),
  )
    .addOption(formatOption())
    .action(async (sources, options) => {
      const { exchangeCheck } = await import('./exchange.ts');
      done(await exchangeCheck(sources, { ...placesIn(options), format: options.format }, effects));
    });
}

function formatOption() {
  return new Option('-f, --format <format>', 'for a person or for a program')
    .choices(['text', 'json'] as const)
    .default('text' as const);
}
