/**
 * Completion for zsh (zshcompsys(1), `_arguments`): a file `_slowbrute` in a folder of fpath, or to be sourced after compinit.
 */
import type { ArgumentReference, CommandReference, OptionReference, ValueReference } from '../reference.ts';

/** The script. */
export function zshCompletion(reference: CommandReference): string {
  return `#compdef slowbrute
# zsh completion of slowbrute, made by "slowbrute completion zsh"

${functionsOf(reference).join('\n\n')}

if [[ $funcstack[1] == _slowbrute ]]; then
  _slowbrute "$@"
else
  compdef _slowbrute slowbrute
fi
`;
}

/** One function a command, those below it first. */
function functionsOf(command: CommandReference): readonly string[] {
  const own = command.commands.length > 0 ? withCommands(command) : withArguments(command);
  return [...command.commands.flatMap(functionsOf), own];
}

function nameOf({ path }: CommandReference): string {
  return `_${path.join('_')}`;
}

function withArguments(command: CommandReference): string {
  const specs = [...command.options.map(optionSpec), ...command.arguments.map(argumentSpec)];
  return `${nameOf(command)}() {
  _arguments -s -S${specs.map((one) => ` \\\n    ${one}`).join('')}
}`;
}

function withCommands(command: CommandReference): string {
  const name = nameOf(command);
  const names = command.commands.map(({ path }) => path.at(-1)!);
  return `${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands=(
${command.commands.map(({ path, summary }) => `    ${quoted(`${path.at(-1)!}:${summary}`)}`).join('\n')}
  )
  _arguments -C -S -A '-*'${[
    ...command.options.map(optionSpec),
    "'1:command:->command'",
    "'*::argument:->argument'",
  ]
    .map((one) => ` \\\n    ${one}`)
    .join('')}
  case $state in
  command) _describe command commands ;;
  argument)
    curcontext=\${curcontext%:*}-$line[1]:
    case $line[1] in
${names.map((one) => `    ${one}) ${name}_${one} ;;`).join('\n')}
    esac
    ;;
  esac
}`;
}

function optionSpec({ short, long, value, description }: OptionReference): string {
  const repeat = value?.isRepeatable === true ? '*' : '';
  const says = `[${description.replaceAll(/[[\]\\:]/g, (sign) => `\\${sign}`)}]`;
  const after = value === null ? '' : `${value.isRequired ? '' : ':'}:${value.name}:${action(value)}`;
  // `=`: the value may be in the same word or in the next one
  const end = value === null ? '' : '=';
  if (short === null) return quoted(`${repeat}${long}${end}${says}${after}`);
  const begin = repeat === '' ? quoted(`(${short} ${long})`) : `'*'`;
  return `${begin}{${short}${value === null ? '' : '+'},${long}${end}}${quoted(`${says}${after}`)}`;
}

function argumentSpec(argument: ArgumentReference): string {
  const { isRepeatable, isRequired, name } = argument;
  const place = isRepeatable ? '*:' : isRequired ? ':' : '::';
  return quoted(`${place}${name}:${action(argument)}`);
}

function action({ words, kind }: ValueReference): string {
  if (words.length > 0) return `(${words.join(' ')})`;
  return kind === 'file' ? '_files' : kind === 'folder' ? '_files -/' : '';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
