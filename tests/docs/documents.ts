// The documents as the tests see them: blocks, headings, links and words in code, each with its place.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A fenced or indented block of code. */
export interface Block {
  /** The document, from the root of the repository. */
  readonly path: string;
  /** Line of its first line of text, from 1. */
  readonly line: number;
  /** What stands behind the fence; `''`: nothing, or the block is indented. */
  readonly language: string;
  readonly text: string;
  /** What a comment right above it says of it: `<!-- part of: COMMAND -->`, `output of`, `file`. */
  readonly mark: { readonly kind: 'part of' | 'output of' | 'file'; readonly what: string } | null;
}

/** Words in backticks in running text. */
export interface Words {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface Document {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly words: readonly Words[];
  /** As GitHub makes them of headings, and what `<a id>` names. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly { readonly line: number; readonly to: string }[];
}

/** Every document that a user or a contributor reads, in one order. */
export function documents(): readonly Document[] {
  const top = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
  const there = new Set(readdirSync(ROOT));
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return [...top.filter((name) => there.has(name)), ...docs.sort().map((name) => `docs/${name}`)].map(
    (path) => documentOf(path, readFileSync(join(ROOT, path), 'utf8')),
  );
}

const MARK = /^<!-- (part of|output of|file): (.+?) -->$/;
const LINK = /!?\[(?:[^\]\\]|\\.)*\]\(([^)\s]+)\)/g;

export function documentOf(path: string, text: string): Document {
  const blocks: Block[] = [];
  const words: Words[] = [];
  const links: { line: number; to: string }[] = [];
  const anchors = new Set<string>();
  const lines = text.split('\n');
  let mark: Block['mark'] = null;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const fence = /^(\s*)```(\S*)/.exec(line);
    if (fence !== null) {
      const end = lines.findIndex((one, i) => i > at && one.trim() === '```');
      if (end < 0) throw new Error(`${path}:${at + 1}: a block without an end`);
      const indent = fence[1]!.length;
      const inside = lines.slice(at + 1, end).map((one) => one.slice(Math.min(indent, one.length)));
      blocks.push({ path, line: at + 2, language: fence[2]!, text: inside.join('\n'), mark });
      mark = null;
      at = end;
      continue;
    }
    // an indented block: four blanks behind an empty line, and no list before it
    if (
      /^ {4}\S/.test(line) &&
      lines[at - 1]?.trim() === '' &&
      !/^\s*([-*]|\d+\.) /.test(lastText(lines, at))
    ) {
      let end = at;
      while (end < lines.length && (/^ {4}/.test(lines[end]!) || lines[end] === '')) end++;
      const inside = lines.slice(at, end).map((one) => one.slice(4));
      blocks.push({ path, line: at + 1, language: '', text: inside.join('\n').trimEnd(), mark });
      mark = null;
      at = end - 1;
      continue;
    }
    const marked = MARK.exec(line);
    if (marked !== null) mark = { kind: marked[1] as 'part of', what: marked[2]! };
    else if (line.trim() !== '') mark = null;
    const heading = /^#{1,6} (.+)$/.exec(line);
    if (heading !== null) anchors.add(slug(heading[1]!, anchors));
    for (const [, id] of line.matchAll(/<a id="([^"]+)">/g)) anchors.add(id!);
    for (const [, to] of line.matchAll(LINK)) links.push({ line: at + 1, to: to! });
    for (const [, code] of line.matchAll(/(?<!`)`([^`]+)`(?!`)/g))
      words.push({ path, line: at + 1, text: code! });
  }
  return { path, text, blocks, words, anchors, links };
}

function lastText(lines: readonly string[], at: number): string {
  for (let i = at - 1; i >= 0; i--) if (lines[i]!.trim() !== '') return lines[i]!;
  return '';
}

/** What GitHub makes of a heading: small letters, no punctuation, dashes for blanks, a number where it is there already. */
function slug(heading: string, taken: ReadonlySet<string>): string {
  const plain = heading
    .replace(/`/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
  if (!taken.has(plain)) return plain;
  for (let number = 1; ; number++) if (!taken.has(`${plain}-${number}`)) return `${plain}-${number}`;
}
