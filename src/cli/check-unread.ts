/**
 * `slowbrute check --unread`: the lines of login services that no form understood, grouped by what they look like, so
 * that a person sees at a glance which message is missing. Text of the log reaches the terminal through `printable`.
 */
import { printable } from '../model/printable.ts';
import type { LineReading } from '../parse/line.ts';
import { Shapes } from '../parse/shape.ts';

/** Groups printed; what is rarer is told as a number. */
const MOST_PRINTED = 100;
const LONGEST_EXAMPLE = 300;

export class UnreadLines {
  readonly #shapes = new Shapes();
  #lines = 0;
  #ofServices = 0;
  #unread = 0;

  /** Takes line `number` of the input as it was read. */
  add(number: number, text: string, reading: LineReading): void {
    this.#lines++;
    if (reading.kind !== 'other') this.#ofServices++;
    if (reading.kind !== 'unread') return;
    this.#unread++;
    this.#shapes.add(reading.program ?? '', messageOf(reading), reading.reason ?? 'no-form', text, number);
  }

  /** What was found, as lines with a newline at the end of each. */
  report(): string {
    const of = `${counted(this.#lines, 'line')}, ${this.#ofServices} of login services, ${this.#unread} of them unread`;
    if (this.#unread === 0) return `${of}.\n`;
    const groups = this.#shapes.sorted();
    const out = [
      `${of}, in ${counted(groups.length, 'shape')} (# a number, @ an address, * a name or text, % a word with digits):`,
    ];
    for (const group of groups.slice(0, MOST_PRINTED)) {
      const program = group.program === '' ? 'no program' : printable(group.program);
      out.push(
        '',
        `${String(group.count).padStart(7)}  ${program}, ${group.reason}: ${printable(group.shape, 160)}`,
        `         line ${group.line}: ${printable(group.example, LONGEST_EXAMPLE)}`,
      );
    }
    const rest = groups.slice(MOST_PRINTED).reduce((sum, { count }) => sum + count, this.#shapes.others);
    if (rest > 0) out.push('', `${String(rest).padStart(7)}  of other shapes`);
    out.push(
      '',
      "A line that tells of an attempt is worth a form: slowbrute check --draft 'LINE' begins one.",
    );
    return `${out.join('\n')}\n`;
  }
}

/** The message of a line: what stands behind program and process, or behind the stamp. */
function messageOf({ text, spans }: LineReading): string {
  const end =
    spans.find(({ name }) => name === 'program')?.end ?? spans.find(({ name }) => name === 'time')?.end;
  return end === undefined ? text : text.slice(end).replace(/^(?:\([^()\s]*\))?(?:\[\d+\])?:? ?/, '');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
