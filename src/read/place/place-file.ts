/**
 * One file of data on addresses: what it tells of an address, who made it when, and the words that its licence wants shown. Two
 * formats are read: MaxMind DB (mmdb.ts), which MaxMind, DB-IP, IPinfo and others give their data in, and the text tables of
 * Debian's tor-geoipdb (tor-table.ts). Nothing is fetched, and nothing of it comes with this program: the licences of most of it
 * do not allow that.
 */
import { Trouble } from '../../model/error.ts';
import type { Place } from '../../model/place.ts';

export interface PlaceFile {
  readonly path: string;
  /** What it calls itself, e.g. `GeoLite2-Country`. */
  readonly title: string;
  /** When it was made, seconds since 1970 UTC; null where it does not say. */
  readonly made: number | null;
  /** Words that its licence wants shown with what is made from it; null where none are known. */
  readonly attribution: string | null;
  /** null: nothing on this address. Throws `Trouble` (`not-readable`) where the file turns out to be damaged. */
  placeOf(address: string): Place | null;
}

/** A file of data beyond this size is none: the largest that are sold have some 300 MB. */
export const LARGEST_FILE = 1 << 30;

/** `why`: the rest of a sentence that begins with the path. */
export function badPlaceFile(path: string, why: string): Trouble {
  return new Trouble(
    'not-readable',
    `${path}: ${why}`,
    'Get it anew from whoever makes it, or name another one; docs/places.md lists what can be read.',
  );
}
