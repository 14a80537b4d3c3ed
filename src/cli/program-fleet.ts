/** Commands of a fleet: one detection over the attempts of many sensors. */
import { type Command, Option } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { wholeNumber } from './program-options.ts';

const FLEET_HELP = `
Examples:
  slowbrute fleet detect --from attempts/ --workers 4
  slowbrute fleet detect --from attempts/ --board /srv/board --format json
  slowbrute fleet worker --from attempts/ --board /srv/board
`;

const FROM = 'a folder of attempts dealt by source, or the URL of a store';

export function fleetCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  const fleet = program
    .command('fleet')
    .summary('find campaigns that no single host sees')
    .description('Finds campaigns in the attempts of many sensors together.')
    .addHelpText('after', FLEET_HELP);

  fleet
    .command('detect')
    .summary('find and report them')
    .description('Deals the attempts to workers, and reports what they found together.')
    .requiredOption('--from <place>', FROM)
    .option('--board <place>', 'where other processes find tasks: a folder, a name in a store')
    .option('--workers <number>', 'threads of this process (default: 1)', wholeNumber)
    .option('--all', 'list every participant')
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .action(async (options) => {
      const { fleetDetect } = await import('./fleet.ts');
      done(await fleetDetect(options, effects));
    });

  fleet
    .command('worker')
    .summary('take a share of a detection that runs elsewhere')
    .description('Does tasks from a board until the detection is over. May be killed at any time.')
    .requiredOption('--from <place>', FROM)
    .requiredOption('--board <place>', 'the board of fleet detect')
    .option('--workers <number>', 'threads of this process (default: 1)', wholeNumber)
    .action(async (options) => {
      const { fleetWorker } = await import('./fleet.ts');
      done(await fleetWorker(options, effects));
    });
}
