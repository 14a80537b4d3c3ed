/** Commands about what the daemon does: what it blocks, with what rights, and what its configuration says. */
import { type Command, Option } from '@commander-js/extra-typings';
import { Trouble } from '../model/error.ts';
import type { CommandEffects } from './effects.ts';
import { oneOf, placesIn, USUAL_CONFIGURATION, withPlaces } from './program-options.ts';

const ALARM_VERBS = ['list', 'test'] as const;
const CONFIG_VERBS = ['check', 'show', 'example', 'schema'] as const;
const BLOCK_VERBS = ['list', 'plan', 'add', 'remove', 'allow', 'disallow', 'cost', 'flush'] as const;

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

const ALARM_HELP = `
list     the ways that are configured
test     sends a test message by each of them, or by the one that is named

It sends by itself, not through the daemon: run it as the daemon's user.

Examples:
  sudo -u slowbrute slowbrute alarm test
  slowbrute alarm test ntfy --config slowbrute.toml

Exit status: 0 all were delivered; 2 wrong call; 69 one was refused; 75 another
try may succeed; 78 nothing is configured, or it is wrong.
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

export function respondCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
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

  withPlaces(
    program
      .command('alarm')
      .summary('whether messages reach people')
      .description('Lists the ways to people that the configuration names, and tries them.')
      .argument('<verb>', ALARM_VERBS.join(', '), oneOf(ALARM_VERBS))
      .argument('[name]', 'of test: one of them (default: all)'),
  )
    .addOption(
      new Option('-f, --format <format>', 'for a person or for a program')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addHelpText('after', ALARM_HELP)
    .action(async (verb, name, options) => {
      const alarm = await import('./alarm.ts');
      const call = { ...placesIn(options), format: options.format };
      done(
        verb === 'list'
          ? await alarm.alarmList(call, effects)
          : await alarm.alarmTest(name ?? null, call, effects),
      );
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
}
