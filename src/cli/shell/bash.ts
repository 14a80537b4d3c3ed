/**
 * Completion for bash (its manual, Programmable Completion), from 3.2 on, which macOS has, without the package bash-completion.
 * `=` breaks words there (COMP_WORDBREAKS), so `--format=json` comes as three.
 */
import { type CommandReference, everyCommand, type ValueReference } from '../reference.ts';

/** The script, to be sourced or put into a folder of completions. */
export function bashCompletion(reference: CommandReference): string {
  const all = everyCommand(reference);
  const taking = all.flatMap((command) => optionPatterns(command).map(({ pattern }) => pattern));
  return `# bash completion of slowbrute, made by "slowbrute completion bash"

_slowbrute() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' pending='' rest='' word words='' kind='' one
  local -i i count=0
  COMPREPLY=()

  # which command it is, how many arguments stand before, and which option waits for its value
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ $word == '=' && -n $pending ]]; then
      continue
    elif [[ -n $pending ]]; then
      pending=''
    elif [[ -n $rest ]]; then
      count+=1
    elif [[ $word == '--' ]]; then
      rest=yes
    elif [[ $word == -* ]]; then
      case "$path $word" in
${wrapped(taking)}
        pending=$word
        ;;
      esac
    else
      case "$path/$word" in
${wrapped(all.slice(1).map(({ path }) => quoted(`${path.slice(1, -1).join(' ')}/${path.at(-1)!}`)))}
        if ((count == 0)); then path=\${path:+$path }$word; else count+=1; fi
        ;;
      *) count+=1 ;;
      esac
    fi
  done
  [[ $cur == '=' ]] && cur=''

  if [[ -n $pending ]]; then
    case "$path $pending" in
${all.flatMap((command) => optionPatterns(command).map(({ pattern, value }) => `    ${pattern}) ${does(value)} ;;`)).join('\n')}
    esac
  elif [[ $cur == -* && -z $rest ]]; then
    case "$path" in
${all.map((command) => `    ${key(command)}) words='${command.options.flatMap(({ short, long }) => (short === null ? [long] : [short, long])).join(' ')}' ;;`).join('\n')}
    esac
  else
    case "$path/$count" in
${all.flatMap(argumentCases).join('\n')}
    esac
  fi

  case "$kind" in
  file | folder)
    compopt -o filenames 2>/dev/null
    while IFS= read -r one; do COMPREPLY+=("$one"); done < <(
      if [[ $kind == file ]]; then compgen -f -- "$cur"; else compgen -d -- "$cur"; fi
    )
    ;;
  *)
    while IFS= read -r one; do COMPREPLY+=("$one"); done < <(compgen -W "$words" -- "$cur")
    ;;
  esac
}

complete -F _slowbrute slowbrute
`;
}

/** The pattern of each option of a command that takes a value, after the command's path. */
function optionPatterns(command: CommandReference) {
  const at = command.path.slice(1).join(' ');
  return command.options.flatMap(({ short, long, value }) => {
    if (value === null) return [];
    const names = short === null ? [long] : [short, long];
    return [{ pattern: names.map((name) => quoted(`${at} ${name}`)).join(' | '), value }];
  });
}

function argumentCases(command: CommandReference): readonly string[] {
  const at = command.path.slice(1).join(' ');
  if (command.commands.length > 0) {
    const names = command.commands.map(({ path }) => path.at(-1)!);
    return [`    ${quoted(`${at}/0`)}) words='${names.join(' ')}' ;;`];
  }
  return command.arguments.map((one, i) => {
    const place = one.isRepeatable ? `${quoted(`${at}/`)}*` : quoted(`${at}/${i}`);
    return `    ${place}) ${does(one)} ;;`;
  });
}

function does({ words, kind }: ValueReference): string {
  if (words.length > 0) return `words='${words.join(' ')}'`;
  return kind === 'text' ? ':' : `kind=${kind}`;
}

function key({ path }: CommandReference): string {
  return quoted(path.slice(1).join(' '));
}

function quoted(text: string): string {
  return `'${text}'`;
}

/** Alternatives of one case, some a line. */
function wrapped(patterns: readonly string[]): string {
  const lines: string[] = [];
  for (const pattern of patterns) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + pattern.length < 110)
      lines[lines.length - 1] = `${last} | ${pattern}`;
    else lines.push(`      ${pattern}`);
  }
  return `${lines.join(' | \\\n')})`;
}
