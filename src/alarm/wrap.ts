/** Paragraphs as lines of at most so many columns, for where nobody wraps them: plain mail, chat in a box. */
import { displayWidth } from '../show/width.ts';

/** RFC 5322, 2.1.1: lines of mail should have no more than 78 characters; two are for the marks of a reply. */
export const MAIL_WIDTH = 76;

/** `text` with each of its lines broken between words; a list item (`1. `, `- `) goes on under its own text. */
export function wrapped(text: string, width = MAIL_WIDTH): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, width))
    .join('\n');
}

function wrapLine(line: string, width: number): string[] {
  const hang = ' '.repeat(/^(?:\d+\.|-) /.exec(line)?.[0].length ?? 0);
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current.trim() !== '' && displayWidth(longer) > width) {
      lines.push(current);
      current = hang + word;
    } else current = longer;
  }
  lines.push(current);
  return lines;
}
