/**
 * What is wrong with compressed data, as a value that every decoder throws after its last good byte, so that the good
 * part is read and one warning says where it ends.
 */

export type DamageReason =
  /** The data stop in the middle: a copy or a compression that was cut short, a full disk. */
  | 'end-too-early'
  /** A checksum or a code is wrong. */
  | 'damaged'
  /** The data ask for more memory than {@link MOST_WINDOW_BYTES}. */
  | 'too-much-memory'
  /** A variant of the format that is not read here. */
  | 'not-supported';

/**
 * Most memory that compressed data may ask of their decoder, 128 MiB: what zstd(1) grants without `--long`, and twice
 * what `xz -9` needs. A header may ask for gigabytes, and none of the programs that rotate logs does.
 */
export const MOST_WINDOW_BYTES = 128 * 1024 * 1024;

export class Damage extends Error {
  override readonly name = 'Damage';
  readonly reason: DamageReason;
  /** The format's name as in 'the gzip data are damaged'. */
  readonly format: string;

  constructor(format: string, reason: DamageReason, detail = '') {
    super(`${format}: ${reason}${detail === '' ? '' : ` (${detail})`}`);
    this.format = format;
    this.reason = reason;
  }
}

/** 'the gzip data end too early', for a sentence. */
export function sayDamage(damage: Damage): string {
  switch (damage.reason) {
    case 'end-too-early':
      return `the ${damage.format} data end too early`;
    case 'damaged':
      return `the ${damage.format} data are damaged`;
    case 'too-much-memory':
      return `the ${damage.format} data ask for more than ${MOST_WINDOW_BYTES / 1024 / 1024} MiB of memory`;
    case 'not-supported':
      return `the ${damage.format} data are of a kind that is not read here`;
  }
}
