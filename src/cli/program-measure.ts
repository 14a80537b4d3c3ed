/** Commands that write labelled logs, and measure detection on them. */
import { type Command, Option } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { rateOf, wholeNumber } from './program-options.ts';

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

export function measureCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
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
}
