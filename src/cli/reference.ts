/**
 * What the command line offers, as a value: one walk over the commands, from which the man pages, docs/commands.md and the
 * completion of shells are made (scripts/man.mjs, scripts/commands.mjs, completion.ts), so that none of them can say what the program
 * does not do.
 */
import type { EventEmitter } from 'node:events';
import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { several } from './program-options.ts';

/** What stands behind an option, or an argument. */
export interface ValueReference {
  /** As in the help, without brackets: `file`. */
  readonly name: string;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  /** The words that can stand there; none: anything of its kind. */
  readonly words: readonly string[];
  readonly kind: 'file' | 'folder' | 'text';
}

export interface ArgumentReference extends ValueReference {
  readonly description: string;
}

export interface OptionReference {
  /** `-f`, or null. */
  readonly short: string | null;
  /** `--format`. */
  readonly long: string;
  /** Null: it takes none. */
  readonly value: ValueReference | null;
  readonly isMandatory: boolean;
  readonly description: string;
  /** What holds without it, where the description does not say so. */
  readonly standard: string | null;
}

export interface CommandReference {
  /** `['slowbrute', 'fleet', 'detect']`. */
  readonly path: readonly string[];
  /** A few words. */
  readonly summary: string;
  /** Sentences. */
  readonly description: string;
  readonly arguments: readonly ArgumentReference[];
  readonly options: readonly OptionReference[];
  /** The blocks of text under the help, in order; lines of examples begin with blanks. */
  readonly after: readonly string[];
  readonly commands: readonly CommandReference[];
}

/** The reference of a command and of those below it. */
export function referenceOf(command: CommandUnknownOpts, above: readonly string[] = []): CommandReference {
  const path = [...above, command.name()];
  const help = command.createHelp();
  return {
    path,
    summary: command.summary() || oneLine(command.description()),
    description: oneLine(command.description()),
    arguments: command.registeredArguments.map(argumentOf),
    options: help.visibleOptions(command).map(optionOf),
    after: afterHelp(command),
    commands: help
      .visibleCommands(command)
      .filter((one) => one.name() !== 'help')
      .map((one) => referenceOf(one, path)),
  };
}

/** Every command of a reference that can be run or asked for help, itself first. */
export function everyCommand(reference: CommandReference): readonly CommandReference[] {
  return [reference, ...reference.commands.flatMap(everyCommand)];
}

/** How it is called: `slowbrute scan [options] [path...]`. */
export function usageOf({ path, options, arguments: given, commands }: CommandReference): string {
  const parts = [
    ...path,
    ...(options.length > 0 ? ['[options]'] : []),
    ...(commands.length > 0 ? ['command'] : []),
    ...given.map(inBrackets),
  ];
  return parts.join(' ');
}

/** `<file>`, `[path...]`. */
export function inBrackets({ name, isRequired, isRepeatable }: ValueReference): string {
  const inner = isRepeatable ? `${name}...` : name;
  return isRequired ? `<${inner}>` : `[${inner}]`;
}

function argumentOf(argument: Argument): ArgumentReference {
  return {
    ...standsFor(argument.name(), argument.argChoices ?? wordsOf(argument.parseArg)),
    isRequired: argument.required,
    isRepeatable: argument.variadic,
    description: oneLine(argument.description),
  };
}

function optionOf(option: Option): OptionReference {
  const name = /[<[](.+?)(?:\.\.\.)?[>\]]/.exec(option.flags)?.[1];
  const value =
    name === undefined
      ? null
      : {
          ...standsFor(name, option.argChoices ?? wordsOf(option.parseArg)),
          isRequired: option.required,
          isRepeatable: option.variadic || option.parseArg === (several as unknown),
        };
  const standard = option.defaultValue as string | number | undefined; // no other is used
  return {
    short: option.short ?? null,
    long: option.long ?? '',
    value,
    isMandatory: option.mandatory,
    description: oneLine(option.description),
    standard: value === null || standard === undefined ? null : String(standard),
  };
}

/** What a shell can complete is told by the name that the help has for it. */
const FILES = new Set(['file', 'path', 'log', 'place']);

function standsFor(name: string, words: readonly string[]) {
  const kind = name === 'folder' ? 'folder' : FILES.has(name) ? 'file' : 'text';
  return { name, words, kind } as const;
}

/** What `oneOf` and its like have written on the function that checks the word. */
function wordsOf(parse: unknown): readonly string[] {
  return typeof parse === 'function' && 'words' in parse ? (parse.words as readonly string[]) : [];
}

/** Commander keeps the text as a listener, and knows it by calling it. */
function afterHelp(command: CommandUnknownOpts): readonly string[] {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const context = { error: false, command, write };
  (command as unknown as EventEmitter).emit('afterHelp', context);
  return text
    .split(/\n(?:[ \t]*\n)+/)
    .map((block) => block.replace(/^\n+|\s+$/g, ''))
    .filter((block) => block !== '');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
