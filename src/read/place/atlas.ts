/**
 * Where an address is, by whatever data this machine has: files that the user names, or, where none is named, those that the
 * usual packages and updaters leave in their usual folders. Without any there is no place, and no complaint: places are seldom
 * what decides, and nobody should have to sign a licence to read a log.
 *
 * Files are asked in order; each field comes from the first file that tells it.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../../model/error.ts';
import type { Place } from '../../model/place.ts';
import { openMmdb } from './mmdb.ts';
import { badPlaceFile, type PlaceFile } from './place-file.ts';
import { isTorTable, openTorTable } from './tor-table.ts';

export interface Atlas {
  /** null: nothing is known of it (or it is a host name). Never throws. */
  placeOf(source: string): Place | null;
  /** The data it is made from, in the order of asking. */
  readonly files: readonly Pick<PlaceFile, 'path' | 'title' | 'made' | 'attribution'>[];
  /** What the licences of that data want shown, each once. */
  readonly attributions: readonly string[];
}

export interface AtlasOptions {
  /** Files that the user names; of several that tell the same field the first counts. Empty: look for the usual ones. */
  readonly files: readonly string[];
  /** Whether the usual folders are looked into where no file is named. */
  readonly look: boolean;
  /** Folders instead of {@link USUAL_FOLDERS}. */
  readonly folders?: readonly string[];
}

/**
 * Where data is left: geoipupdate(1) (/usr/share/GeoIP; /var/lib/GeoIP in Debian's package; /usr/local/share/GeoIP on FreeBSD and
 * where it is built by hand), Debian's tor-geoipdb.
 */
export const USUAL_FOLDERS = [
  '/var/lib/GeoIP',
  '/usr/share/GeoIP',
  '/usr/local/share/GeoIP',
  '/usr/share/tor',
  '/usr/local/share/tor',
] as const;

/** Names of files by what they tell: the small one before the large one that tells it too. */
const USUAL_FILES: readonly (readonly RegExp[])[] = [
  [/country.*\.mmdb$/i, /^ipinfo_lite\.mmdb$/i, /city.*\.mmdb$/i],
  [/asn.*\.mmdb$/i, /^ipinfo_lite\.mmdb$/i],
];
const TOR_TABLES = ['geoip', 'geoip6'] as const;

export const NO_ATLAS: Atlas = { placeOf: () => null, files: [], attributions: [] };

/**
 * `tell` gets one trouble for each file that cannot be used, when it is opened or when it turns out to be damaged; it is left out
 * from then on. Throws `Trouble` where a file that the user named is not there or no such file.
 */
export function openAtlas(options: AtlasOptions, tell: (trouble: Trouble) => void): Atlas {
  const named = options.files.map(openPlaceFile);
  const found = named.length === 0 && options.look ? usualFiles(options.folders ?? USUAL_FOLDERS) : [];
  const opened = found.flatMap((path) => {
    try {
      return [openPlaceFile(path)];
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      tell(error);
      return [];
    }
  });
  const files = [...named, ...opened];
  if (files.length === 0) return NO_ATLAS;
  const broken = new Set<PlaceFile>();
  const ask = (file: PlaceFile, address: string): Place | null => {
    if (broken.has(file)) return null;
    try {
      return file.placeOf(address);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      broken.add(file);
      tell(error);
      return null;
    }
  };
  return {
    files,
    attributions: [...new Set(files.flatMap((file) => file.attribution ?? []))],
    placeOf: (source) => {
      if (!isAddress(source)) return null;
      let place: Place = { country: null, asn: null, network: null };
      for (const file of files) {
        const told = ask(file, source);
        if (told !== null)
          place = {
            country: place.country ?? told.country,
            asn: place.asn ?? told.asn,
            // the number and the name of a network belong together
            network:
              place.asn === null || place.asn === told.asn ? (place.network ?? told.network) : place.network,
          };
      }
      return place.country === null && place.asn === null && place.network === null ? null : place;
    },
  };
}

/** Canonical sources (src/parse/source.ts): an address has only digits and dots, or colons. */
function isAddress(source: string): boolean {
  return (
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(source) ||
    (source.length <= 45 && /^[0-9a-f:]*:[0-9a-f:]*$/.test(source))
  );
}

function openPlaceFile(path: string): PlaceFile {
  const head = headOf(path);
  return isTorTable(head) ? openTorTable(path, head) : openMmdb(path);
}

/** The head of a tor table's data stands behind some comments. */
const HEAD_BYTES = 4096;

function headOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(HEAD_BYTES);
      return bytes.toString('latin1', 0, readSync(file, bytes, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw badPlaceFile(path, code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${message}`);
  }
}

/** A country file and a network file of the first folder that has one; else tor's tables. */
function usualFiles(folders: readonly string[]): string[] {
  const all = folders.flatMap((folder) => namesIn(folder).map((name) => ({ folder, name })));
  const chosen: string[] = [];
  for (const names of USUAL_FILES) {
    for (const name of names) {
      const hit = all.find((one) => name.test(one.name));
      if (hit === undefined) continue;
      chosen.push(join(hit.folder, hit.name));
      break;
    }
  }
  const hasCountries = chosen.some((path) => !/asn/i.test(path));
  const tor = hasCountries
    ? []
    : TOR_TABLES.flatMap((name) => folders.map((folder) => join(folder, name)).find(existsSync) ?? []);
  return [...new Set([...chosen, ...tor])];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // not there, or not for this user: then there is nothing to be found
  }
}
