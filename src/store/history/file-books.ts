/**
 * The books (books.ts) of the plain-file engine on disk: one JSON array a line, the kind of record first. Written as a
 * whole beside the old ones and named by the manifest when it is complete, so that a start reads this and the commits
 * since, and not all there ever were.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { StoredBlock, StoredEvent } from '../history.ts';
import { Books } from './books.ts';
import type { CampaignHead, ParticipantRecord } from './campaign-record.ts';
import type { Progress } from './commit.ts';
import type { Amendable, SourceRecord } from './source-record.ts';
import { corrupt } from './store-trouble.ts';

/** What later lines told of an attempt in a segment. */
export interface Overlay extends Amendable {
  readonly method: string | null;
}

export interface FileBooks {
  readonly books: Books;
  /** By seq. */
  readonly overlays: Map<number, Overlay>;
  /** The last line of each input that told of an attempt. */
  readonly lastLines: Map<string, number>;
}

type Line =
  | readonly ['progress', Progress]
  | readonly ['line', string, number]
  | readonly ['overlay', number, Overlay]
  | readonly ['source', SourceRecord]
  | readonly ['campaign', CampaignHead, readonly ParticipantRecord[]]
  | readonly ['event', StoredEvent]
  | readonly ['block', StoredBlock]
  | readonly ['state', string, string];

/** Bytes that are put together before they are written: half of it is as fast, ten times it holds up everything else. */
const CHUNK = 256 * 1024;

export function emptyBooks(): FileBooks {
  return { books: new Books(), overlays: new Map(), lastLines: new Map() };
}

/** Writes `given` and synchronises it; returns its size, bytes, and its SHA-256. Errors are the system's. */
export async function writeBooks(
  path: string,
  given: FileBooks,
): Promise<{ readonly bytes: number; readonly hash: string }> {
  const file = await open(path, 'w', 0o600);
  try {
    const result = await writeLines(file, linesOf(given));
    await file.sync();
    return result;
  } finally {
    await file.close();
  }
}

/** Error: `Trouble` with `store-corrupt` where it is not what was written. */
export async function readBooks(path: string, hash: string): Promise<FileBooks> {
  const bytes = await readFile(path);
  if (createHash('sha256').update(bytes).digest('hex') !== hash)
    throw corrupt(path, 'it does not match its checksum');
  const given = emptyBooks();
  let from = 0;
  while (from < bytes.length) {
    const to = bytes.indexOf(10, from);
    add(given, JSON.parse(bytes.toString('utf8', from, to)) as Line);
    from = to + 1;
  }
  return given;
}

async function writeLines(file: FileHandle, lines: Iterable<Line>) {
  const hash = createHash('sha256');
  let bytes = 0;
  let waiting = '';
  const flush = async () => {
    const chunk = Buffer.from(waiting);
    waiting = '';
    hash.update(chunk);
    bytes += chunk.length;
    await file.writeFile(chunk);
  };
  for (const line of lines) {
    waiting += `${JSON.stringify(line)}\n`;
    if (waiting.length >= CHUNK) await flush();
  }
  await flush();
  return { bytes, hash: hash.digest('hex') };
}

function* linesOf({ books, overlays, lastLines }: FileBooks): Generator<Line> {
  yield ['progress', books.progress];
  for (const [input, line] of lastLines) yield ['line', input, line];
  for (const [seq, overlay] of overlays) yield ['overlay', seq, overlay];
  for (const record of books.sources.values()) yield ['source', record];
  for (const { head, participants } of books.campaigns.records.values())
    yield ['campaign', head, [...participants.values()]];
  for (const event of books.events) yield ['event', event];
  for (const block of books.blocks.values()) yield ['block', block];
  for (const [name, value] of books.states) yield ['state', name, value];
}

function add({ books, overlays, lastLines }: FileBooks, line: Line): void {
  switch (line[0]) {
    case 'progress':
      books.progress = line[1];
      return;
    case 'line':
      lastLines.set(line[1], line[2]);
      return;
    case 'overlay':
      overlays.set(line[1], line[2]);
      return;
    case 'source':
      books.sources.set(line[1].source, line[1]);
      return;
    case 'campaign':
      books.campaigns.add({
        head: line[1],
        participants: new Map(line[2].map((participant) => [participant.source, participant])),
      });
      return;
    case 'event':
      books.events.push(line[1]);
      return;
    case 'block':
      books.blocks.set(line[1].id, line[1]);
      return;
    case 'state':
      books.states.set(line[1], line[2]);
      return;
  }
}
