/**
 * MaxMind DB files (https://maxmind.github.io/MaxMind-DB/, version 2.0) through mmdb-lib. Who makes such a file chooses its own
 * field names; those of MaxMind, DB-IP, IPinfo, IPLocate and the databases made from public registries are known here.
 *
 * A damaged file must not stop a daemon: its size is held against what its own metadata says before anything is looked up, and
 * whatever the library throws becomes one sentence. Values are remembered by where they stand in the file, so that one that refers
 * to itself over and over is read once.
 */
import { readFileSync, statSync } from 'node:fs';
import { Reader, type Response } from 'mmdb-lib';
import { Trouble } from '../../model/error.ts';
import type { Place } from '../../model/place.ts';
import { badPlaceFile, LARGEST_FILE, type PlaceFile } from './place-file.ts';

/** Values that are remembered: a country file has some 250, and autonomous systems repeat. */
const MOST_REMEMBERED = 20_000;
/** Names of networks are texts of others too; the longest in the registries have some 80 characters. */
const LONGEST_NETWORK = 200;
/** The separator between the tree and the data, section 'Binary Search Tree'. */
const SEPARATOR_BYTES = 16;

/** Errors: `Trouble` `not-readable` where it cannot be read or is no such file. */
export function openMmdb(path: string): PlaceFile {
  const bytes = readWhole(path);
  const reader = guarded(path, () => new Reader<Response>(bytes, { cache: remembering() }));
  const { metadata } = reader;
  const title = typeof metadata.databaseType === 'string' ? metadata.databaseType : '';
  const isSound =
    metadata.binaryFormatMajorVersion === 2 &&
    (metadata.ipVersion === 4 || metadata.ipVersion === 6) &&
    Number.isSafeInteger(metadata.nodeCount) &&
    metadata.nodeCount > 0 &&
    metadata.searchTreeSize + SEPARATOR_BYTES < bytes.length;
  if (!isSound) throw badPlaceFile(path, 'is cut short, or no MaxMind DB file of version 2');
  const made = metadata.buildEpoch.getTime() / 1000;
  return {
    path,
    title,
    made: Number.isFinite(made) ? made : null,
    attribution: attributionOf(title, descriptionOf(metadata.description)),
    placeOf: (address) => {
      if (metadata.ipVersion === 4 && address.includes(':')) return null;
      const value: unknown = guarded(path, () => reader.get(address));
      return placeIn(value);
    },
  };
}

function readWhole(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > LARGEST_FILE) throw badPlaceFile(path, 'is too long for data on addresses');
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Trouble) throw error;
    throw badPlaceFile(path, `cannot be read: ${(error as Error).message}`);
  }
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // the library throws whatever its buffer throws; its texts say nothing to an operator
    if (error instanceof Error) throw badPlaceFile(path, 'is damaged, or no MaxMind DB file');
    throw error;
  }
}

function remembering() {
  const values = new Map<number | string, unknown>();
  return {
    get: (key: number | string) => values.get(key),
    set: (key: number | string, value: unknown) => {
      if (values.size >= MOST_REMEMBERED) values.clear();
      values.set(key, value);
    },
  };
}

/** What a record tells, whoever made it; null where it is nothing of this kind. */
function placeIn(record: unknown): Place | null {
  const country =
    code(at(record, 'country', 'iso_code')) ??
    code(at(record, 'country_code')) ??
    code(at(record, 'country')) ??
    code(at(record, 'registered_country', 'iso_code'));
  const asn =
    systemNumber(at(record, 'autonomous_system_number')) ??
    systemNumber(at(record, 'traits', 'autonomous_system_number')) ??
    systemNumber(at(record, 'asn')) ??
    systemNumber(at(record, 'as_number'));
  const network =
    name(at(record, 'autonomous_system_organization')) ??
    name(at(record, 'traits', 'autonomous_system_organization')) ??
    name(at(record, 'as_name')) ??
    name(at(record, 'org')) ??
    (asn === null ? null : name(at(record, 'name')));
  return country === null && asn === null && network === null ? null : { country, asn, network };
}

function at(record: unknown, ...path: readonly string[]): unknown {
  let value = record;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function code(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : null;
}

/** 15169, `15169` or `AS15169`; 32 bits (RFC 6793). */
function systemNumber(value: unknown): number | null {
  const number =
    typeof value === 'string' && /^(?:AS)?\d{1,10}$/i.test(value)
      ? Number(value.replace(/^AS/i, ''))
      : typeof value === 'number'
        ? value
        : Number.NaN;
  return Number.isInteger(number) && number > 0 && number < 2 ** 32 ? number : null;
}

function name(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NETWORK) : null;
}

/** In English where there is a choice: section 'Database Metadata' has one text for each language. */
function descriptionOf(value: unknown): string {
  const text = at(value, 'en') ?? value;
  return typeof text === 'string' ? text : '';
}

/**
 * What the makers want said: MaxMind's GeoLite End User Licence Agreement; DB-IP Lite and IPinfo Lite, whose licences
 * (CC BY 4.0, CC BY-SA 4.0) want the maker named.
 */
const ATTRIBUTIONS: readonly (readonly [RegExp, string])[] = [
  [
    /geolite/i,
    'This product includes GeoLite data created by MaxMind, available from https://www.maxmind.com.',
  ],
  [/geoip2?\b|maxmind/i, 'GeoIP data by MaxMind, https://www.maxmind.com.'],
  [/db-?ip/i, 'IP geolocation by DB-IP, https://db-ip.com (CC BY 4.0 where it is the lite edition).'],
  [/ipinfo/i, 'IP address data by IPinfo, https://ipinfo.io (CC BY-SA 4.0 where it is the lite edition).'],
  [/ipfire/i, 'IPFire Location database, https://location.ipfire.org (CC BY-SA 4.0).'],
];

function attributionOf(title: string, description: string): string | null {
  const about = `${title} ${description}`;
  return ATTRIBUTIONS.find(([whose]) => whose.test(about))?.[1] ?? null;
}
