/** The command that makes a shell know the others. */
import type { Command } from '@commander-js/extra-typings';
import type { CommandEffects } from './effects.ts';
import { oneOf } from './program-options.ts';
import { referenceOf } from './reference.ts';
import { SHELLS } from './shell/shells.ts';

const COMPLETION_HELP = `
Put it where the shell looks for it; the Debian package has done so.

Examples:
  slowbrute completion bash > ~/.local/share/bash-completion/completions/slowbrute
  slowbrute completion zsh > ~/.zfunc/_slowbrute      a folder of your fpath
  slowbrute completion fish > ~/.config/fish/completions/slowbrute.fish
`;

export function shellCommands(
  program: Command,
  effects: CommandEffects,
  done: (status: number) => void,
): void {
  program
    .command('completion')
    .summary('completion of commands and options for a shell')
    .description('Prints what makes a shell complete the commands, options and files of slowbrute.')
    .argument('<shell>', SHELLS.join(', '), oneOf(SHELLS))
    .addHelpText('after', COMPLETION_HELP)
    .action(async (shell) => {
      const { completion } = await import('./completion.ts');
      done(completion(shell, referenceOf(program), effects));
    });
}
