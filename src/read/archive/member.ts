/** What an archive holds, one after the other as its bytes come. */

export interface Member {
  /** As the archive has it, `./` taken off; nothing is ever written under it. */
  readonly name: string;
  /** Position among the members that are files, from 0. */
  readonly index: number;
  /** The file's bytes. What is not read of them is passed over when the next member is asked for. */
  readonly body: AsyncIterable<Buffer>;
}

/** Longest name that is believed: PATH_MAX of Linux. */
export const LONGEST_NAME = 4096;
/** More members than that is no set of logs but a disk's worth of files, or an attack on memory. */
export const MOST_MEMBERS = 100_000;
