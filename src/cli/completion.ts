/**
 * `slowbrute completion`: a script that makes a shell complete commands, options, words and files. It is made of the reference
 * alone and asks the program nothing while somebody types.
 */
import { MEASURES } from '../evaluate/live/measures.ts';
import { SCENARIOS, SITE_YEARS } from '../simulate/catalogue.ts';
import { STYLES } from '../simulate/styles.ts';
import type { CommandEffects } from './effects.ts';
import type { CommandReference, OptionReference, ValueReference } from './reference.ts';
import { bashCompletion } from './shell/bash.ts';
import { fishCompletion } from './shell/fish.ts';
import type { Shell } from './shell/shells.ts';
import { zshCompletion } from './shell/zsh.ts';

const SCRIPTS: Readonly<Record<Shell, (reference: CommandReference) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** Writes the script; gives the exit status. */
export function completion(
  shell: Shell,
  reference: CommandReference,
  effects: Pick<CommandEffects, 'stdout'>,
): number {
  effects.stdout.write(SCRIPTS[shell](withWords(reference)));
  return 0;
}

/** Words that the command line itself does not name, because they are checked when the command is run. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'simulate --like': [...Object.keys(SCENARIOS), ...Object.keys(SITE_YEARS)],
  'simulate --style': STYLES,
  'evaluate scenario': Object.keys(SCENARIOS),
  'evaluate --only': Object.keys(MEASURES),
  'token add --scope': ['read', 'feed', 'metrics', 'block'],
};

/** The reference with the words of the catalogues, and `help`, which takes the commands. */
function withWords(reference: CommandReference): CommandReference {
  const commands = reference.commands.map(filled);
  const help: CommandReference = {
    path: [...reference.path, 'help'],
    summary: 'print the help of a command',
    description: '',
    arguments: [
      {
        name: 'command',
        isRequired: false,
        isRepeatable: false,
        kind: 'text',
        words: commands.map(({ path }) => path.at(-1)!),
        description: '',
      },
    ],
    options: [],
    after: [],
    commands: [],
  };
  return { ...reference, commands: [...commands, help] };
}

function filled(command: CommandReference): CommandReference {
  const at = command.path.slice(1).join(' ');
  const value = <T extends ValueReference>(one: T, name: string): T => ({
    ...one,
    words: WORDS[`${at} ${name}`] ?? one.words,
  });
  return {
    ...command,
    arguments: command.arguments.map((one) => value(one, one.name)),
    options: command.options.map(
      (one): OptionReference => ({
        ...one,
        value: one.value === null ? null : value(one.value, one.long),
      }),
    ),
    commands: command.commands.map(filled),
  };
}
