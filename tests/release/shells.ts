// Real shells, asked what they would complete a line to: bash by calling the function with the words as bash splits them, fish by
// its own `complete -C`, zsh in a pseudo terminal of its own (zsh/zpty), with `compadd` telling what it is given.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completion } from '../../src/cli/completion.ts';
import { commandLine } from '../../src/cli/program.ts';
import { referenceOf } from '../../src/cli/reference.ts';
import type { Shell } from '../../src/cli/shell/shells.ts';
import { quietEffects } from './quiet.ts';

export function isThere(shell: Shell): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0;
}

export function scriptOf(shell: Shell): string {
  let text = '';
  const effects = quietEffects((more) => {
    text += more;
  });
  completion(shell, referenceOf(commandLine(effects, () => {})), effects);
  return text;
}

/** Writes the scripts of all three into the folder, where the functions below find them. */
export function writeScripts(folder: string): void {
  mkdirSync(join(folder, 'zfunc'), { recursive: true });
  writeFileSync(join(folder, 'slowbrute.bash'), scriptOf('bash'));
  writeFileSync(join(folder, 'slowbrute.fish'), scriptOf('fish'));
  writeFileSync(join(folder, 'zfunc/_slowbrute'), scriptOf('zsh'));
}

/** What the shell offers where the line ends, sorted, run in `folder`. */
export function offered(shell: Shell, line: string, folder: string): readonly string[] {
  const program = { bash: inBash, fish: inFish, zsh: inZsh }[shell](line);
  const [command, ...args] = program;
  const { stdout, stderr, status } = spawnSync(command!, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    timeout: 60_000,
  });
  if (status !== 0 || stderr !== '') throw new Error(`${shell}: ${status} ${stderr}`);
  return [...new Set(stdout.split(/\r?\n/).filter((one) => one !== ''))].sort();
}

function inBash(line: string): readonly string[] {
  const words = line.split(' ').flatMap((word) => word.split(/(?<=^-[^=]*)(=)/).filter(Boolean));
  if (line.endsWith(' ')) words.push('');
  const program = `
    source ./slowbrute.bash
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _slowbrute
    ((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  return ['bash', '--norc', '--noprofile', '-c', program, 'bash', ...words];
}

function inFish(line: string): readonly string[] {
  const program = 'source ./slowbrute.fish; complete -C $argv[1] | string replace -r "\\t.*" ""; true';
  return ['fish', '--no-config', '-c', program, line];
}

function inZsh(line: string): readonly string[] {
  // the outer shell types the line and a tab into an inner one, which tells what completion adds, and then ends
  const program = `
    zmodload zsh/zpty
    zpty inner zsh -f -i
    zpty -w inner 'PS1= RPS1=; unsetopt zle_bracketed_paste 2>/dev/null; stty -echo; fpath=($PWD/zfunc $fpath)'
    zpty -w inner 'autoload -Uz compinit && compinit -u -d $PWD/zdump'
    zpty -w inner 'compadd() {
      if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"; return; fi
      local -a told; builtin compadd -O told "$@"; local one
      for one in $told; do print -r -- "<<$one>>"; done; builtin compadd "$@"
    }'
    zpty -w inner 'finish() { print -r -- "<<end>>"; exit 0 }; zle -N finish; bindkey "^X" finish; bindkey "^I" list-choices; print "<<re""ady>>"'
    while zpty -r inner got; do [[ $got == *'<<ready>>'* ]] && break; done
    zpty -n -w inner $1$'\\t'$'\\x18'
    while zpty -r inner got; do
      [[ $got == *'<<end>>'* ]] && break
      while [[ $got == *'<<'*'>>'* ]]; do
        got=\${got#*<<}
        print -r -- \${got%%>>*}
        got=\${got#*>>}
      done
    done
    zpty -d inner 2>/dev/null; true`;
  return ['zsh', '-f', '-c', program, 'zsh', line];
}
