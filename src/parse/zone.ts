/**
 * Local time to UTC, through Temporal's zone rules behind a cache of quarter hours: every change of an offset in the
 * IANA data since 1970 falls on a multiple of 15 minutes, so that one answer holds for all of it.
 *
 * In the hour that a clock goes through twice in autumn the wall time alone does not say which; the caller tells
 * whether the log has already been through it. A time that the clock jumped over in spring was written by a clock
 * that had not been set yet: it is read with the offset before the jump.
 */
import { Temporal } from 'temporal-polyfill';
import { Trouble } from '../model/error.ts';

export interface Zone {
  /**
   * Seconds since 1970 UTC of a wall time, given as seconds since 1970-01-01T00:00:00 on that wall.
   * @param secondPass whether a wall time that comes twice is the second one
   */
  toUtc(wallSeconds: number, secondPass: boolean): number;
}

const BLOCK = 900;
/** Quarters of an hour whose offset is kept, three and a half months; a log with more of them asks again. */
const MOST_BLOCKS = 10_000;

/** The zone of an IANA name (`Europe/Oslo`) or a fixed offset (`+02:00`). Throws {@link Trouble} for another text. */
export function zoneOf(name: string): Zone {
  const fixed = /^([+-])(\d\d):?(\d\d)$/.exec(name);
  if (fixed !== null) {
    const seconds = (Number(fixed[2]) * 60 + Number(fixed[3])) * 60 * (fixed[1] === '-' ? -1 : 1);
    return { toUtc: (wall) => wall - seconds };
  }
  if (name === 'UTC' || name === 'Z' || name === 'GMT' || name === 'Etc/UTC')
    return { toUtc: (wall) => wall };
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
  } catch {
    throw new Trouble(
      'wrong-call',
      `There is no time zone '${name}'.`,
      'Give an IANA name such as Europe/Oslo, or an offset such as +02:00.',
    );
  }
  return new RuledZone(name);
}

class RuledZone implements Zone {
  readonly #name: string;
  readonly #first = new Map<number, number>();
  readonly #second = new Map<number, number>();
  #lastBlock = Number.NaN;
  #lastSecond = false;
  #lastOffset = 0;

  constructor(name: string) {
    this.#name = name;
  }

  toUtc(wallSeconds: number, secondPass: boolean): number {
    const block = Math.floor(wallSeconds / BLOCK);
    if (block === this.#lastBlock && secondPass === this.#lastSecond) return wallSeconds - this.#lastOffset;
    const cache = secondPass ? this.#second : this.#first;
    let offset = cache.get(block);
    if (offset === undefined) {
      offset = this.#offset(block * BLOCK, secondPass);
      if (cache.size >= MOST_BLOCKS) cache.clear();
      cache.set(block, offset);
    }
    this.#lastBlock = block;
    this.#lastSecond = secondPass;
    this.#lastOffset = offset;
    return wallSeconds - offset;
  }

  #offset(wallSeconds: number, secondPass: boolean): number {
    const wall = Temporal.Instant.fromEpochMilliseconds(wallSeconds * 1000)
      .toZonedDateTimeISO('UTC')
      .toPlainDateTime();
    const earlier = wall.toZonedDateTime(this.#name, { disambiguation: 'earlier' });
    const later = wall.toZonedDateTime(this.#name, { disambiguation: 'later' });
    const inGap = !earlier.toPlainDateTime().equals(wall);
    const chosen = inGap || secondPass ? later : earlier;
    return wallSeconds - chosen.epochMilliseconds / 1000;
  }
}
