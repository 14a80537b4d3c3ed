/**
 * A fleet's attempts in a folder, dealt by source: what a store that cannot deal them itself is read into, once, and what
 * workers of one machine read from. A file a share, of frames: the length of a parcel (32 bits), the parcel, which holds a
 * table's columns. A file `spool.json` is written last; without it the folder is no spool.
 */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyOf, shareOf } from '../detect/fleet/key.ts';
import { Trouble } from '../model/error.ts';
import { type AttemptRow, AttemptTableBuilder } from '../model/table.ts';
import type { FleetAttempts } from './fleet-attempts.ts';
import { appendFrame, type Frame, frameOf } from './frame.ts';
import { packed, unpacked } from './parcel.ts';

/** Rows of one frame: of a hundred shares 3 MB each are held at a time. */
const FRAME_ROWS = 50_000;

export class SpoolWriter {
  readonly #folder: string;
  readonly #files: number[];
  readonly #builders: AttemptTableBuilder[];
  #count = 0;

  /** Makes the folder where it is not there. */
  constructor(folder: string, shares: number) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#files = Array.from({ length: shares }, (_, share) => openSync(shareFile(folder, share), 'w'));
    this.#builders = Array.from({ length: shares }, () => new AttemptTableBuilder());
  }

  add(row: AttemptRow): void {
    const share = shareOf(keyOf(row.source), this.#files.length);
    const builder = this.#builders[share]!;
    builder.append(row);
    this.#count++;
    if (builder.length >= FRAME_ROWS) this.#flush(share);
  }

  close(): void {
    for (const [share, file] of this.#files.entries()) {
      this.#flush(share);
      closeSync(file);
    }
    writeFileSync(
      join(this.#folder, 'spool.json'),
      JSON.stringify({ attempts: this.#count, shares: this.#files.length }),
    );
  }

  #flush(share: number): void {
    const table = this.#builders[share]!.finish();
    this.#builders[share] = new AttemptTableBuilder();
    if (table.length === 0) return;
    const parcel = packed(frameOf(table));
    const head = Buffer.alloc(4);
    head.writeUInt32LE(parcel.length);
    writeSync(this.#files[share]!, head);
    writeSync(this.#files[share]!, parcel);
  }
}

/** Error: `Trouble` with `not-readable` where the folder is no spool, or not a whole one. */
export function attemptsOfSpool(folder: string): FleetAttempts {
  const { attempts, shares } = toldBy(folder);
  return {
    shares,
    count: () => Promise.resolve(attempts),
    async *bySource(share, of) {
      if (of !== shares) throw new RangeError(`the spool is dealt into ${shares} shares, not ${of}`);
      const bytes = await readFile(shareFile(folder, share));
      const builder = new AttemptTableBuilder();
      for (let at = 0; at < bytes.length; ) {
        const length = bytes.readUInt32LE(at);
        appendFrame(builder, unpacked<Frame>(bytes.subarray(at + 4, at + 4 + length)));
        at += 4 + length;
      }
      if (builder.length > 0) yield builder.finish();
    },
  };
}

function toldBy(folder: string): { readonly attempts: number; readonly shares: number } {
  try {
    return JSON.parse(readFileSync(join(folder, 'spool.json'), 'utf8')) as {
      attempts: number;
      shares: number;
    };
  } catch {
    throw new Trouble(
      'not-readable',
      `${folder}: no attempts of a fleet, or not all of them`,
      'Have it written again by the command that wrote it.',
    );
  }
}

function shareFile(folder: string, share: number): string {
  return join(folder, `share-${share}`);
}
