/**
 * Texts of the log in the page. They are an attacker's: always text nodes, made printable, isolated from their neighbours' writing
 * direction (bdi), cut, with what was cut in the title.
 */
import { wellFormed } from '../../src/explain/values.ts';
import { clock } from '../../src/explain/wording.ts';
import { printable } from '../../src/model/printable.ts';
import { isoTime } from '../../src/model/time.ts';
import { hueOf, SHAPES } from '../chart/palette.ts';
import { moment } from './format.ts';

/** Longest that a title shows of a text. */
const TITLE = 400;

/** Text of the log, at most `limit` characters of it. */
export function Raw({ text, limit = 48 }: { readonly text: string; readonly limit?: number }) {
  const shown = printable(text, limit);
  const isCut = shown !== text;
  return (
    <bdi class="raw" title={isCut ? printable(text, TITLE) : undefined}>
      {shown === '' ? '(empty)' : shown}
    </bdi>
  );
}

/** A user name; null where no line told it. */
export function UserName({ name, limit }: { readonly name: string | null; readonly limit?: number }) {
  if (name === null) return <span class="faint">not told</span>;
  return <Raw text={name} limit={limit ?? 32} />;
}

/** A source, which leads to all that is known of it. */
export function SourceLink({ source, limit }: { readonly source: string; readonly limit?: number }) {
  return (
    <a class="source" href={`#/source/${encodeURIComponent(wellFormed(source))}`}>
      <Raw text={source} limit={limit ?? 45} />
    </a>
  );
}

/** The colour and shape of a campaign, by its place in the list. */
export function Mark({ n }: { readonly n: number }) {
  const hue = hueOf(n);
  return (
    <svg class={`mark hue-${hue}`} viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
      <path d={MARKS[SHAPES[hue]!]} />
    </svg>
  );
}

const MARKS = {
  disc: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
  square: 'M-4.5-4.5h9v9h-9z',
  diamond: 'M0-5.8L5.8 0L0 5.8L-5.8 0z',
  triangle: 'M0-5L5.4 4.6H-5.4z',
  wedge: 'M0 5L5.4-4.6H-5.4z',
  cross: 'M-5-3L-3-5L0-2L3-5L5-3L2 0L5 3L3 5L0 2L-3 5L-5 3L-2 0z',
  plus: 'M-1.7-5.2h3.4v3.5h3.5v3.4h-3.5v3.5h-3.4v-3.5h-3.5v-3.4h3.5z',
} as const;

/** A moment, to the second; the title says the zone. */
export function Time({ at }: { readonly at: number | null }) {
  if (at === null) return <span class="faint">never</span>;
  const iso = isoTime(at);
  return (
    <time dateTime={iso} title={clock(iso)}>
      {moment(at)}
    </time>
  );
}
