/**
 * A reading of one line for a person: the line, a mark under every part that said something with its name, and
 * below it what the line means or why it was not read. Nothing of the line reaches the terminal but through
 * `printable`.
 */
import { styleText } from 'node:util';
import type { LineEvent } from '../model/attempt.ts';
import { printable } from '../model/printable.ts';
import type { LineReading } from '../parse/line.ts';
import type { UnreadReason } from '../parse/message.ts';

export interface ExplainStyle {
  readonly colour: boolean;
  /** Columns to stay within, at least 40. */
  readonly width: number;
}

/** More of one part is cut: the person knows the name of 100 kB by its beginning. */
const LONGEST_PART = 160;
const INDENT = 2;

const WHY: Readonly<Record<UnreadReason, { readonly what: string; readonly remedy: string }>> = {
  'no-form': {
    what: 'no form of message knows it.',
    remedy: 'If it tells of an attempt, please report the line: slowbrute counts such lines as unread.',
  },
  ambiguous: {
    what: 'two places in it could be the source, and only its author knows which.',
    remedy: 'Somebody put an address into a name. The other lines of the connection tell its source.',
  },
  'bad-source': {
    what: 'where the source should be stands neither an address nor a host name.',
    remedy: 'Look at what wrote or changed this log.',
  },
  'bad-time': { what: 'there is no such date or time.', remedy: 'Look at what wrote or changed this log.' },
  'no-time': {
    what: 'it has no time, and no line before it had one.',
    remedy: 'Let sshd log through syslog, which stamps its lines.',
  },
};

interface Piece {
  readonly text: string;
  readonly name: string | null;
}

/** The explanation of line `number`, with a newline at its end and a blank line behind it. */
export function explainLine(number: number, reading: LineReading, style: ExplainStyle): string {
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    style.colour ? styleText(format, text, { validateStream: false }) : text;
  const room = Math.max(40, style.width) - INDENT;
  const out = [paint('bold', `line ${number}`)];
  const marked = rows(pieces(reading), room);
  for (const row of marked) {
    out.push(indented(row.cells.join('')));
    if (row.marks !== '') out.push(indented(paint('cyan', row.marks)));
    for (const names of row.names) out.push(indented(paint('cyan', names)));
  }
  const said = (label: string, text: string, format: Parameters<typeof styleText>[0]) => {
    const lines = wrapped(`${label}: ${text}`, room);
    out.push(indented(paint(format, lines[0]!)), ...lines.slice(1).map((line) => indented(line)));
  };
  if (reading.kind === 'attempt' && reading.event !== null) {
    const times = reading.count === 1 ? '' : ` (${reading.count} times)`;
    said(
      reading.event.outcome + times,
      summary(reading.event),
      reading.event.outcome === 'success' ? 'yellow' : 'red',
    );
  } else if (reading.kind === 'no-attempt') {
    said('no attempt', reading.form!.means, 'green');
  } else if (reading.kind === 'unread') {
    const why = WHY[reading.reason!];
    said('not read', why.what, 'red');
    said('what to do', why.remedy, 'dim');
  } else {
    const program =
      reading.program === null
        ? 'no line of a log that slowbrute knows'
        : `a line of ${printable(reading.program)}`;
    said('not looked at', `${program}; only login services are.`, 'dim');
  }
  if (reading.form !== null) {
    if (reading.kind === 'attempt') said('it means', reading.form.means, 'dim');
    const release = reading.form.id.startsWith('sshd.')
      ? `OpenSSH ${reading.form.since}`
      : reading.form.since;
    said('form', `${reading.form.id} (${release})`, 'dim');
  }
  return `${out.join('\n')}\n\n`;
}

function summary(event: LineEvent): string {
  const user =
    event.user === null
      ? 'a user whom the line does not name'
      : event.user === ''
        ? 'the user with the empty name'
        : `user ${printable(event.user)}`;
  const account = event.known === null ? '' : event.known ? ', who exists' : ', who does not exist';
  const source = event.source === null ? 'a source that the line does not name' : printable(event.source);
  const port = event.port === null ? '' : ` port ${event.port}`;
  const method = event.method === null || event.method === '' ? '' : `, ${printable(event.method)}`;
  const time = event.time === null ? 'at a time that the line does not tell' : `at ${event.time}`;
  const sensor = event.sensor === null ? '' : ` on ${printable(event.sensor)}`;
  return `${user}${account}, from ${source}${port}${method}, ${time}${sensor}`;
}

/** The text cut where parts begin and end, each made safe. */
function pieces(reading: LineReading): Piece[] {
  const { text } = reading;
  const found: Piece[] = [];
  let at = 0;
  for (const span of reading.spans) {
    if (span.start < at || span.end > text.length) continue;
    if (span.start > at)
      found.push({ text: printable(text.slice(at, span.start), LONGEST_PART), name: null });
    found.push({ text: printable(text.slice(span.start, span.end), LONGEST_PART), name: span.name });
    at = span.end;
  }
  if (at < text.length) found.push({ text: printable(text.slice(at), LONGEST_PART), name: null });
  return found;
}

interface Row {
  /** Characters, one a column: `printable` leaves none that are wider or none at all but East Asian ones. */
  readonly cells: string[];
  marks: string;
  readonly names: string[];
}

/** Rows of at most `room` characters, with carets below the named pieces and their names below those. */
function rows(parts: readonly Piece[], room: number): Row[] {
  const all: Row[] = [];
  let row = below(all);
  for (const part of parts) {
    const characters = Array.from(part.text);
    if (part.name !== null) {
      if (characters.length > 0 && row.cells.length >= room) row = below(all);
      place(row, Math.max(0, Math.min(row.cells.length, room - part.name.length)), part.name);
      if (characters.length === 0) row.marks = `${row.marks.padEnd(row.cells.length)}^`;
    }
    for (const character of characters) {
      if (row.cells.length >= room) row = below(all);
      if (part.name !== null) row.marks = `${row.marks.padEnd(row.cells.length)}^`;
      row.cells.push(character);
    }
  }
  return all;
}

/** Begins the next row. */
function below(all: Row[]): Row {
  const row: Row = { cells: [], marks: '', names: [] };
  all.push(row);
  return row;
}

/** Puts a name below its mark, on the first row of names where it does not touch another. */
function place(row: Row, column: number, name: string): void {
  for (let i = 0; ; i++) {
    const line = row.names[i] ?? '';
    if (line.length === 0 || line.length < column) {
      row.names[i] = line.padEnd(column) + name;
      return;
    }
  }
}

function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  const longest = room - 2;
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${longest}}`, 'gsu')) ?? ['']);
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = `  ${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

function indented(text: string): string {
  return `${' '.repeat(INDENT)}${text}`;
}
