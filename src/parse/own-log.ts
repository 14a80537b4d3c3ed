/**
 * What stands between stamp and message in the log that a program writes by itself, without syslog: a template like
 * those of messages, with these fields:
 *
 * - `<message>`: the message; comes last;
 * - `<pid>`: the process number;
 * - `<word>`, `<number>`, `<zone>` (of the stamp): skipped.
 *
 * `{a|b}` is one or none, `[a|b]` one of them, a backslash makes the next character literal. It begins right behind
 * the stamp, at the blank if there is one.
 */
import { badForms } from './service-forms.ts';

const FIELDS: Readonly<Record<string, string>> = {
  message: '(?<message>.*)',
  pid: '(?<pid>\\d{1,10})',
  word: '[^\\s\\[\\]]{1,100}',
  number: '\\d{1,20}',
  zone: '(?:[A-Z]{1,5}|[+-]\\d{2}(?::?\\d{2})?)',
};

/** The layout as an expression with the groups `message` and, where it has one, `pid`. Throws `Trouble`. */
export function compileOwn(text: string): RegExp {
  let pattern = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '<') {
      const end = text.indexOf('>', i);
      const field = end < 0 ? undefined : FIELDS[text.slice(i + 1, end)];
      if (field === undefined)
        throw badForms(
          `own layout ${JSON.stringify(text)}: there is no field ${text.slice(i, end < 0 ? undefined : end + 1)}`,
          'The fields are <message>, <pid>, <word>, <number> and <zone>.',
        );
      pattern += field;
      i = end;
    } else if (c === '{' || c === '[') pattern += '(?:';
    else if (c === '}') pattern += ')?';
    else if (c === ']') pattern += ')';
    else if (c === '|') pattern += '|';
    else pattern += (c === '\\' ? (text[++i] ?? '') : c).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  }
  if (!text.endsWith('<message>'))
    throw badForms(`own layout ${JSON.stringify(text)}: ends without <message>`, 'The message comes last.');
  return new RegExp(`^${pattern}$`, 's');
}
