/**
 * Completion for fish (complete(1) of fish): a line for each option and argument, which holds where one function says that the command
 * line is.
 */
import {
  type CommandReference,
  everyCommand,
  type OptionReference,
  type ValueReference,
} from '../reference.ts';

/** The script. */
export function fishCompletion(reference: CommandReference): string {
  const all = everyCommand(reference);
  const taking = all.flatMap((command) =>
    command.options.flatMap(({ short, long, value }) =>
      value === null
        ? []
        : (short === null ? [long] : [short, long]).map((name) => `${pathOf(command)} ${name}`),
    ),
  );
  return `# fish completion of slowbrute, made by "slowbrute completion fish"

# Where the command line is: the command, and behind a slash how many arguments stand before.
function __slowbrute_place
    set -l path
    set -l pending no
    set -l rest no
    set -l count 0
    for word in (commandline -opc)[2..]
        if test $pending = yes
            set pending no
        else if test $rest = yes
            set count (math $count + 1)
        else if test "$word" = --
            set rest yes
        else if string match -q -- '-*' "$word"
            contains -- "$path $word" ${taking.map(quoted).join(' ')}
            and set pending yes
        else if test $count -eq 0; and contains -- "$path/$word" ${all
          .slice(1)
          .map(({ path }) => quoted(`${path.slice(1, -1).join(' ')}/${path.at(-1)!}`))
          .join(' ')}
            set path (string trim -- "$path $word")
        else
            set count (math $count + 1)
        end
    end
    echo "$path/$count"
end

function __slowbrute_at
    string match -q -- "$argv[1]" (__slowbrute_place)
end

complete -c slowbrute -f
${all.flatMap(linesOf).join('\n')}
`;
}

function pathOf({ path }: CommandReference): string {
  return path.slice(1).join(' ');
}

function linesOf(command: CommandReference): readonly string[] {
  const at = pathOf(command);
  const here = (place: string) => `complete -c slowbrute -n ${quoted(`__slowbrute_at "${at}/${place}"`)}`;
  return [
    ...command.commands.map(({ path, summary }) => `${here('0')} -a ${path.at(-1)!} -d ${quoted(summary)}`),
    ...command.options.map((option) => `${here('*')} ${optionWords(option)}`),
    ...command.arguments.map((one, i) => `${here(one.isRepeatable ? '*' : String(i))} ${valueWords(one)}`),
  ];
}

function optionWords({ short, long, value, description }: OptionReference): string {
  return [
    ...(short === null ? [] : [`-s ${short.slice(1)}`]),
    `-l ${long.slice(2)}`,
    ...(value === null ? [] : ['-r', valueWords(value)]),
    `-d ${quoted(description)}`,
  ].join(' ');
}

/** Files are completed where nothing says otherwise, so what takes none says so. */
function valueWords({ words, kind }: ValueReference): string {
  if (words.length > 0) return `-f -a ${quoted(words.join(' '))}`;
  if (kind === 'file') return '-F';
  return kind === 'folder' ? `-f -a '(__fish_complete_directories)'` : '-f';
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (sign) => `\\${sign}`)}'`;
}
