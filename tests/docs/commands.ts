// What in the documents is a command: lines of blocks, and words in backticks.
import type { Block, Document } from './documents.ts';

export interface Command {
  readonly path: string;
  readonly line: number;
  /** As one types it, without what stands beside it for the reader. */
  readonly text: string;
  /** What the document says that it prints, whole or in part; null: nothing. */
  readonly shown: string | null;
}

/** A step of a document: a file that it shows, or a command. */
export type Step =
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly line: number;
      readonly name: string;
      readonly text: string;
    }
  | ({ readonly kind: 'command' } & Command);

/** First words of what one types. A line of a block that begins otherwise is no command. */
const PROGRAMS =
  'slowbrute npx npm node sudo ssh curl systemctl systemd-sysusers systemd-analyze install adduser rc-update apt apt-get dpkg git ' +
  'cd cp mkdir make zcat grep tar docker podman duckdb sqlite3 cscli geoipupdate sysrc rcctl man sha256sum debootstrap chmod ' +
  'printf echo export source';
const TYPED = new RegExp(`^(?:[A-Z_]+=\\S* )*(?:${PROGRAMS.split(' ').join('|')})(?: |$)`);

/** Steps of a document in their order. Error: a line in a block of commands that is none. */
export function stepsOf(document: Document): readonly Step[] {
  return document.blocks.flatMap((block): readonly Step[] => {
    const { path, line, text, mark } = block;
    if (mark?.kind === 'file') return [{ kind: 'file', path, line, name: mark.what, text: `${text}\n` }];
    if (mark?.kind === 'part of') return [{ kind: 'command', path, line, text: mark.what, shown: text }];
    if (mark?.kind === 'output of') return []; // scripts/docs-tables.mjs fills it in
    return commandsIn(block).map((command) => ({ kind: 'command', ...command }));
  });
}

/** The commands of a block, each with what is shown below it where the block has `$ ` before what is typed. */
export function commandsIn({ path, line, language, text }: Block): readonly Command[] {
  if (!['', 'sh', 'console', 'text'].includes(language)) return [];
  const lines = text.split('\n');
  const isConsole = lines.some((one) => one.startsWith('$ '));
  if (language === 'text' && !isConsole) return [];
  const found: Command[] = [];
  for (let at = 0; at < lines.length; at++) {
    const one = lines[at]!;
    if (isConsole) {
      if (!one.startsWith('$ ')) continue;
      let end = at + 1;
      while (end < lines.length && !lines[end]!.startsWith('$ ')) end++;
      const shown = lines
        .slice(at + 1, end)
        .join('\n')
        .trimEnd();
      found.push({
        path,
        line: line + at,
        text: withoutRemark(one.slice(2)),
        shown: shown === '' ? null : shown,
      });
      continue;
    }
    if (TYPED.test(one)) {
      let typed = one;
      const first = at;
      while (typed.endsWith('\\') && at + 1 < lines.length)
        typed = `${typed.slice(0, -1)}${lines[++at]!.trim()}`;
      found.push({ path, line: line + first, text: withoutRemark(typed), shown: null });
    } else if (language === 'sh' && one.trim() !== '' && !one.startsWith('#'))
      throw new Error(`${path}:${line + at}: in a block of commands, but begins with no program: ${one}`);
  }
  return found;
}

/** Two blanks outside of quotes, or a blank and `#`, end what is typed. */
function withoutRemark(line: string): string {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if (char === ' ' && (line[at + 1] === ' ' || line[at + 1] === '#')) return line.slice(0, at);
  }
  return line.trimEnd();
}

/** Commands in running text. A lone `slowbrute` is the name of the program. */
export function commandsInWords({ words }: Document): readonly Command[] {
  return words
    .filter(({ text }) => TYPED.test(text) && /^\S+ \S/.test(text))
    .map(({ path, line, text }) => ({ path, line, text, shown: null }));
}

/** The words of a simple command, quotes taken off; what `|`, `>`, `;` and `&&` join are several. */
export function simpleCommands(text: string): readonly (readonly string[])[] {
  const all: string[][] = [[]];
  const tokens =
    text.match(/(?:'[^']*'|"[^"]*"|[^\s'"|;&<>]|[<>]?\([^)]*\))+|\|\||&&|[|;&]|\d?[<>]+&?\d?/g) ?? [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (/^(\|\|?|&&?|;)$/.test(token)) all.push([]);
    else if (/^\d?[<>]+/.test(token)) {
      if (!/&\d$/.test(token)) at++; // and where to
    } else all.at(-1)!.push(token.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
  }
  return all.filter((words) => words.length > 0);
}

/** The command lines of slowbrute in it, without the name: behind `sudo`, `npx` or variables too. */
export function slowbruteCalls(text: string): readonly (readonly string[])[] {
  return simpleCommands(text).flatMap((words) => {
    const at = words.findIndex((word) => !/^([A-Z_]+=.*|sudo|npx)$/.test(word));
    return words[at] === 'slowbrute' ? [words.slice(at + 1)] : [];
  });
}
