/** Lines as they are read here beside what the other tool says, and the table of it. */
import { createLineReader } from '../../../src/parse/line.ts';
import { sourceOf } from '../../../src/parse/source.ts';
import { reasonOf } from './differing.ts';
import type { Expected, LineSet } from './line-set.ts';

export interface Compared {
  readonly project: string;
  readonly name: string;
  readonly lines: number;
  /** Lines that the tool takes for a refused or an accepted login, and how they were read. */
  readonly told: number;
  readonly right: number;
  readonly wrong: readonly string[];
  /** Not read as a login, with the reason where that is on purpose. */
  readonly unread: readonly { readonly line: string; readonly reason: string | null }[];
  /** Lines read as a login of which the tool says nothing. */
  readonly more: readonly string[];
}

export function compared(set: LineSet): Compared {
  const reader = createLineReader({ timezone: 'UTC', year: null, reference: Date.UTC(2026, 10, 22) / 1000 });
  const wrong: string[] = [];
  const unread: { line: string; reason: string | null }[] = [];
  const more: string[] = [];
  let told = 0;
  let right = 0;
  for (const { text, expected } of set.lines) {
    const { event, kind } = reader.read(text);
    if (event?.source != null && !namesSource(text, event.source))
      wrong.push(`${text}: source ${event.source}`);
    if (expected === null) {
      if (event !== null) more.push(text);
      continue;
    }
    told++;
    if (event === null || kind !== 'attempt') {
      unread.push({ line: text, reason: reasonOf(text) });
      continue;
    }
    const difference = differenceOf(expected, event);
    if (difference === null) right++;
    else wrong.push(`${text}: ${difference}`);
  }
  return { project: set.project, name: set.name, lines: set.lines.length, told, right, wrong, unread, more };
}

function differenceOf(
  expected: Expected,
  event: { readonly outcome: string; readonly source: string | null; readonly user: string | null },
): string | null {
  if (event.outcome !== expected.outcome) return `${event.outcome}, not ${expected.outcome}`;
  if (expected.source !== undefined && event.source !== canonical(expected.source))
    return `source ${event.source ?? 'none'}, not ${expected.source}`;
  if (expected.user !== undefined && event.user !== null && event.user !== expected.user)
    return `user ${event.user}, not ${expected.user}`;
  return null;
}

function canonical(source: string): string {
  return sourceOf(source)?.text ?? source;
}

/** Whether the line has that source in some notation: no reading may make one up. */
function namesSource(line: string, source: string): boolean {
  return (
    line.toLowerCase().includes(source) ||
    (line.match(/[0-9A-Fa-f:.]{2,60}/g) ?? []).some(
      (word) =>
        canonical(word.replace(/[.:]+$/, '')) === source ||
        canonical(word) === source ||
        canonical(word.replace(/:\d{1,5}$/, '')) === source,
    )
  );
}

/** The table of docs/formats.md: a row for each set in which the tool sees a login, or we do. */
export function tableOf(all: readonly Compared[]): string {
  const rows = all.filter(({ told, more }) => told > 0 || more.length > 0);
  const out = [
    '| project | set | lines | tell of a login | right | wrong | unread | why unread | read here only |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const row = (one: Compared, name: string) => {
    const reasons = [...new Set(one.unread.map(({ reason }) => reason ?? 'not known'))].sort().join('; ');
    return `| ${one.project} | ${name} | ${one.lines} | ${one.told} | ${one.right} | ${one.wrong.length} | ${one.unread.length} | ${reasons} | ${one.more.length} |`;
  };
  for (const one of rows) out.push(row(one, one.name));
  const sum = (of: (one: Compared) => number) => rows.reduce((total, one) => total + of(one), 0);
  out.push(
    `| all | ${rows.length} sets | ${sum((one) => one.lines)} | ${sum((one) => one.told)} | ${sum((one) => one.right)} | ${sum((one) => one.wrong.length)} | ${sum((one) => one.unread.length)} | | ${sum((one) => one.more.length)} |`,
  );
  return `${out.join('\n')}\n`;
}
